package io.turnstone.protocol.fabric;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What one node puts before a payload for another node. Fixed width, 8-byte aligned, network byte order, so that it is
 * written into the headroom before the payload. One thread; reused by {@link #wrap}.
 * {@link MediaFrameWriter} writes it.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |    Version    |     Kind      |            Flags          |P|D|   0
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           Peer port           | Relayed family|   Reserved    |   4
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                 Incarnation of the sending node               |   8
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         Allocation id                         |  16
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |              Peer address (IPv4 is v4-mapped)                 |  24
 * |                                                               |
 * |                                                               |
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                      Authentication tag                       |  40
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * /                            Payload                            /  48
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * D: the payload is to leave with the DF bit set. P: a node has passed the frame on, because the client or the home had
 * moved; the next one may not. Relayed family: which of an allocation's two relayed addresses is meant
 * (1 IPv4, 2 IPv6). The tag is {@link FrameAuthenticator}'s. A receiver drops a version or kind it does not know.
 */
public final class MediaFrame {
    public static final int HEADER_LENGTH = 48;
    public static final int VERSION = 1;

    /** Deliver to the client of the allocation, as coming from the peer. */
    public static final int KIND_TO_CLIENT = 1;

    /** Send from the allocation's relayed address to the peer; for the home node. */
    public static final int KIND_TO_PEER = 2;

    public static final int FLAG_DONT_FRAGMENT = 1;
    public static final int FLAG_PASSED_ON = 1 << 1;

    static final int VERSION_OFFSET = 0;
    static final int KIND_OFFSET = 1;
    static final int FLAGS_OFFSET = 2;
    static final int PEER_PORT_OFFSET = 4;
    static final int RELAYED_FAMILY_OFFSET = 6;
    static final int INCARNATION_OFFSET = 8;
    static final int ALLOCATION_ID_OFFSET = 16;
    static final int PEER_HIGH_OFFSET = 24;
    static final int PEER_LOW_OFFSET = 32;
    static final int TAG_OFFSET = 40;
    static final int TAG_LENGTH = 8;

    private DirectBuffer buffer = new UnsafeBuffer(new byte[HEADER_LENGTH]);
    private int offset;
    private int length = HEADER_LENGTH;

    /**
     * Looks at a whole frame. Says nothing about its tag.
     *
     * @return false if it is too short or of an unknown version or kind; then nothing else may be asked
     */
    public boolean wrap(DirectBuffer buffer, int offset, int length) {
        if (offset < 0 || length < HEADER_LENGTH || length > buffer.capacity() - offset) {
            return false;
        }
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        return buffer.getByte(offset + VERSION_OFFSET) == VERSION
            && (kind() == KIND_TO_CLIENT || kind() == KIND_TO_PEER);
    }

    /** {@link #KIND_TO_CLIENT} or {@link #KIND_TO_PEER}. */
    public int kind() {
        return buffer.getByte(offset + KIND_OFFSET) & 0xFF;
    }

    /** Of the {@code FLAG_} constants; others may be set by a later release. */
    public int flags() {
        return buffer.getShort(offset + FLAGS_OFFSET, BIG_ENDIAN) & 0xFFFF;
    }

    public boolean dontFragment() {
        return (flags() & FLAG_DONT_FRAGMENT) != 0;
    }

    public boolean passedOn() {
        return (flags() & FLAG_PASSED_ON) != 0;
    }

    public long incarnation() {
        return buffer.getLong(offset + INCARNATION_OFFSET, BIG_ENDIAN);
    }

    public long allocationId() {
        return buffer.getLong(offset + ALLOCATION_ID_OFFSET, BIG_ENDIAN);
    }

    /** The number of an {@link io.turnstone.protocol.net.AddressFamily}, not checked. */
    public int relayedFamily() {
        return buffer.getByte(offset + RELAYED_FAMILY_OFFSET) & 0xFF;
    }

    public long peerHigh() {
        return buffer.getLong(offset + PEER_HIGH_OFFSET, BIG_ENDIAN);
    }

    public long peerLow() {
        return buffer.getLong(offset + PEER_LOW_OFFSET, BIG_ENDIAN);
    }

    public int peerPort() {
        return buffer.getShort(offset + PEER_PORT_OFFSET, BIG_ENDIAN) & 0xFFFF;
    }

    public int payloadOffset() {
        return offset + HEADER_LENGTH;
    }

    public int payloadLength() {
        return length - HEADER_LENGTH;
    }
}
