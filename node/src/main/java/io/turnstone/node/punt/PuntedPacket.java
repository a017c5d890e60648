package io.turnstone.node.punt;

import io.turnstone.protocol.net.TransportAddress;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A packet in the {@link PuntQueue}, where it lies. The control thread; valid until its handler returns.
 *
 * <pre>
 *  0         4           8             12         16             24            32          40         48
 * +----------+-----------+-------------+----------+--------------+-------------+-----------+----------+-----------
 * | listener | forwarder | source port | hop port | source, high | source, low | hop, high | hop, low | packet ...
 * +----------+-----------+-------------+----------+--------------+-------------+-----------+----------+-----------
 * </pre>
 */
public final class PuntedPacket {
    static final int HEADER_LENGTH = 48;
    private static final int LISTENER_OFFSET = 0;
    private static final int FORWARDER_OFFSET = 4;
    private static final int PORT_OFFSET = 8;
    private static final int HOP_PORT_OFFSET = 12;
    private static final int HIGH_OFFSET = 16;
    private static final int LOW_OFFSET = 24;
    private static final int HOP_HIGH_OFFSET = 32;
    private static final int HOP_LOW_OFFSET = 40;

    private DirectBuffer buffer = new UnsafeBuffer(new byte[HEADER_LENGTH]);
    private PuntReason reason = PuntReason.BINDING;
    private int offset;
    private int length;

    static void writeHeader(MutableDirectBuffer buffer, int offset, PuntOrigin from) {
        buffer.putInt(offset + LISTENER_OFFSET, from.listener());
        buffer.putInt(offset + FORWARDER_OFFSET, from.forwarder());
        buffer.putInt(offset + PORT_OFFSET, from.sourcePort());
        buffer.putInt(offset + HOP_PORT_OFFSET, from.hopPort());
        buffer.putLong(offset + HIGH_OFFSET, from.sourceHigh());
        buffer.putLong(offset + LOW_OFFSET, from.sourceLow());
        buffer.putLong(offset + HOP_HIGH_OFFSET, from.hopHigh());
        buffer.putLong(offset + HOP_LOW_OFFSET, from.hopLow());
    }

    void wrap(PuntReason reason, DirectBuffer buffer, int offset, int length) {
        this.reason = reason;
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
    }

    public PuntReason reason() {
        return reason;
    }

    /** The index of the listener that it came to. */
    public int listener() {
        return buffer.getInt(offset + LISTENER_OFFSET);
    }

    /** The number of the forwarder that received it, from whose socket the answer leaves. */
    public int forwarder() {
        return buffer.getInt(offset + FORWARDER_OFFSET);
    }

    /** The client's address. Allocates. */
    public TransportAddress source() {
        return new TransportAddress(
            buffer.getLong(offset + HIGH_OFFSET),
            buffer.getLong(offset + LOW_OFFSET),
            buffer.getInt(offset + PORT_OFFSET));
    }

    /** Who takes the answer: the client, or the proxy that named it. Allocates. */
    public TransportAddress hop() {
        return new TransportAddress(
            buffer.getLong(offset + HOP_HIGH_OFFSET),
            buffer.getLong(offset + HOP_LOW_OFFSET),
            buffer.getInt(offset + HOP_PORT_OFFSET));
    }

    public DirectBuffer buffer() {
        return buffer;
    }

    /** Where the packet starts in the buffer. */
    public int packetOffset() {
        return offset + HEADER_LENGTH;
    }

    /** In octets. */
    public int packetLength() {
        return length - HEADER_LENGTH;
    }
}
