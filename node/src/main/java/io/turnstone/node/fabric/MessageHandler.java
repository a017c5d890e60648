package io.turnstone.node.fabric;

import org.agrona.DirectBuffer;

/** Takes the messages of the route streams, on the control thread. */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Messages of one peer arrive in the order in which it sent them, each at most once.
     *
     * @param peer the sender's incarnation
     * @param buffer valid during the call only
     */
    void onMessage(long peer, DirectBuffer buffer, int offset, int length);
}
