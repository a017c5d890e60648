package io.turnstone.node.allocation;

import org.agrona.DirectBuffer;

/** Takes messages to clients. Control thread; supplied by {@link io.turnstone.node.punt}'s queues. */
@FunctionalInterface
public interface Answers {
    /** Copies the message before it returns; a full queue drops and counts it. */
    void send(Origin origin, DirectBuffer buffer, int offset, int length);
}
