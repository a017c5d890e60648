package io.turnstone.node.punt;

import io.turnstone.protocol.net.TransportAddress;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A packet in the {@link PuntQueue}, where it lies. The control thread; valid until its handler returns.
 *
 * <pre>
 *  0         4           8      12            16             24            32
 * +----------+-----------+------+-------------+--------------+-------------+-----------
 * | listener | forwarder | port | (unused)    | source, high | source, low | packet ...
 * +----------+-----------+------+-------------+--------------+-------------+-----------
 * </pre>
 */
public final class PuntedPacket {
    static final int HEADER_LENGTH = 32;
    private static final int LISTENER_OFFSET = 0;
    private static final int FORWARDER_OFFSET = 4;
    private static final int PORT_OFFSET = 8;
    private static final int HIGH_OFFSET = 16;
    private static final int LOW_OFFSET = 24;

    private DirectBuffer buffer = new UnsafeBuffer(new byte[HEADER_LENGTH]);
    private PuntReason reason = PuntReason.BINDING;
    private int offset;
    private int length;

    static void writeHeader(
        MutableDirectBuffer buffer, int offset, int listener, int forwarder, long high, long low, int port) {
        buffer.putInt(offset + LISTENER_OFFSET, listener);
        buffer.putInt(offset + FORWARDER_OFFSET, forwarder);
        buffer.putInt(offset + PORT_OFFSET, port);
        buffer.putLong(offset + HIGH_OFFSET, high);
        buffer.putLong(offset + LOW_OFFSET, low);
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

    /** The number of the forwarder that received it, whose {@link InjectQueue} takes the answer. */
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
