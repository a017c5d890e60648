package io.turnstone.node.punt;

/** Where a punted packet came from, as the forwarder that punts it says. */
public interface PuntOrigin {
    /** The index of the listener that it came to. */
    int listener();

    /** The number of the forwarder that received it. */
    int forwarder();

    /** The client. */
    long sourceHigh();

    long sourceLow();

    int sourcePort();

    /** Who sent the datagram and takes the answer: the client, or the proxy that named the client. */
    long hopHigh();

    long hopLow();

    int hopPort();
}
