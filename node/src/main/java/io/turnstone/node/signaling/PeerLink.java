package io.turnstone.node.signaling;

/** The reliable, ordered stream to each other node that serves SIP. The signaling thread calls it; the node supplies it. */
@FunctionalInterface
public interface PeerLink {
    /** There is no other node. */
    PeerLink NONE = (_, _) -> false;

    /** The largest message, in octets: one SIP message with what is written around it. */
    int MESSAGE_BYTES_MAX = 100_000;

    /**
     * @param message at most {@link #MESSAGE_BYTES_MAX} octets, not to be changed afterwards. It may come back by
     *        {@link PeerInbox#unsent}, or be lost with its receiver
     * @return false if it was not taken because so much waits already
     */
    boolean send(long node, byte[] message);
}
