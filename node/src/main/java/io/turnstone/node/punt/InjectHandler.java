package io.turnstone.node.punt;

import org.agrona.DirectBuffer;

/** Sends what the control plane injects, on the forwarder's thread. */
@FunctionalInterface
public interface InjectHandler {
    /**
     * @param listener from whose address it is to leave
     * @param high of the destination
     * @param buffer valid until this method returns, not to be written
     */
    void onInject(int listener, long high, long low, int port, DirectBuffer buffer, int offset, int length);
}
