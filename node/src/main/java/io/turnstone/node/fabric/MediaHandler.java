package io.turnstone.node.fabric;

import org.agrona.DirectBuffer;

/** Takes the authenticated media frames of one {@link FabricLane}, on that lane's thread. */
@FunctionalInterface
public interface MediaHandler {
    /**
     * @param buffer holds a whole {@link io.turnstone.protocol.fabric.MediaFrame} at {@code offset}; it is Aeron's own
     *     memory, so it is valid during the call only and must not be written
     */
    void onFrame(DirectBuffer buffer, int offset, int length);
}
