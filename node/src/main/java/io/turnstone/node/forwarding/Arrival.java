package io.turnstone.node.forwarding;

import io.turnstone.node.fib.Leg;
import io.turnstone.node.punt.PuntOrigin;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A client's datagram while it is looked at: where it lies, whence it came and when. One thread, one object, reused.
 */
final class Arrival implements PuntOrigin {
    private final int forwarder;
    MutableDirectBuffer buffer = new UnsafeBuffer(new byte[0]);
    int offset;
    int length;
    long nowMs;
    private int listener;
    private long sourceHigh;
    private long sourceLow;
    private int sourcePort;
    private long hopHigh;
    private long hopLow;
    private int hopPort;

    Arrival(int forwarder) {
        this.forwarder = forwarder;
    }

    /** From a client that sends to this node itself, until {@link #clientIs} says otherwise. */
    void from(int toListener, long high, long low, int port) {
        listener = toListener;
        sourceHigh = high;
        sourceLow = low;
        sourcePort = port;
        hopHigh = high;
        hopLow = low;
        hopPort = port;
    }

    /** The sender was a proxy, and this is its client. */
    void clientIs(long high, long low, int port) {
        sourceHigh = high;
        sourceLow = low;
        sourcePort = port;
    }

    /** Whether the leg sends to its client where this datagram came from. */
    boolean cameBy(Leg leg) {
        return hopPort == leg.hopPort() && hopLow == leg.hopLow() && hopHigh == leg.hopHigh();
    }

    /** Whether no proxy stands between the client and this node. */
    boolean isDirect() {
        return hopPort == sourcePort && hopLow == sourceLow && hopHigh == sourceHigh;
    }

    @Override
    public int listener() {
        return listener;
    }

    @Override
    public int forwarder() {
        return forwarder;
    }

    @Override
    public long sourceHigh() {
        return sourceHigh;
    }

    @Override
    public long sourceLow() {
        return sourceLow;
    }

    @Override
    public int sourcePort() {
        return sourcePort;
    }

    @Override
    public long hopHigh() {
        return hopHigh;
    }

    @Override
    public long hopLow() {
        return hopLow;
    }

    @Override
    public int hopPort() {
        return hopPort;
    }
}
