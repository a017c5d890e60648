package io.turnstone.node.punt;

import io.turnstone.protocol.net.TransportAddress;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The name of a flow, in place of a packet in the {@link PuntQueue}: who sends is the {@link PuntOrigin}, this is the rest. One
 * thread.
 *
 * <pre>
 *  0      4        8      16    24
 * +------+--------+------+-----+
 * | kind | number | high | low |
 * +------+--------+------+-----+
 * </pre>
 */
public final class PuntedFlow {
    public static final int LENGTH = 24;
    /** ChannelData of a client; the number is the channel's. */
    public static final int CHANNEL = 1;
    /** Send indications of a client; the address is the peer's. */
    public static final int INDICATIONS = 2;
    /** Datagrams of a peer; the address is the relayed one. */
    public static final int PEER = 3;

    private static final int NUMBER_OFFSET = 4;
    private static final int HIGH_OFFSET = 8;
    private static final int LOW_OFFSET = 16;

    private final UnsafeBuffer own = new UnsafeBuffer(new byte[LENGTH]);
    private DirectBuffer buffer = own;
    private int offset;

    /** Writes one into this object's own buffer. */
    public DirectBuffer write(int kind, int number, long high, long low) {
        MutableDirectBuffer to = own;
        to.putInt(0, kind);
        to.putInt(NUMBER_OFFSET, number);
        to.putLong(HIGH_OFFSET, high);
        to.putLong(LOW_OFFSET, low);
        return to;
    }

    /** Reads what a punted packet holds. */
    public PuntedFlow wrap(PuntedPacket packet) {
        buffer = packet.buffer();
        offset = packet.packetOffset();
        return this;
    }

    public int kind() {
        return buffer.getInt(offset);
    }

    /** The channel's number, or the port of {@link #address}. */
    public int number() {
        return buffer.getInt(offset + NUMBER_OFFSET);
    }

    /** Allocates. */
    public TransportAddress address() {
        return new TransportAddress(
            buffer.getLong(offset + HIGH_OFFSET), buffer.getLong(offset + LOW_OFFSET), number());
    }
}
