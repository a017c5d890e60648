package io.turnstone.node.fabric;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The header of what travels on the route and heartbeat streams, in network byte order. Its tag stands where a
 * {@link io.turnstone.protocol.fabric.MediaFrame} has its own, so one authenticator serves both; its version is one that no
 * media frame has, so neither can be passed off as the other.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |    Version    |     Kind      |     Flags     |   Reserved    |   0
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     Lateness of the sender's duty cycle in milliseconds       |   4
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                 Incarnation of the sender (64)                |   8
 * |                 Incarnation of the receiver (64)              |  16
 * |                 Sequence number in this stream (64)           |  24
 * |                 Start of this stream (64)                     |  32
 * |                 Authentication tag (64)                       |  40
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * /                 Message                                       /  48
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * Flags are those of {@link NodeStatus}, in heartbeats only; a version that does not know them neither sets nor reads them.
 * The message of a heartbeat is empty or a {@link ClusterSide}, and may be longer in a later version:
 *
 * <pre>
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |C|                   Members of the cluster (31)               |  48
 * |              Lowest incarnation of its members (64)           |  52
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * with C set if the receiver is one of them.
 */
final class ControlFrame {
    static final int HEADER_LENGTH = 48;
    static final int SIDE_LENGTH = 12;
    static final int KIND_MESSAGE = 1;
    static final int KIND_HEARTBEAT = 2;

    private static final byte VERSION = (byte) 0x81;
    private static final int VERSION_OFFSET = 0;
    private static final int KIND_OFFSET = 1;
    private static final int FLAGS_OFFSET = 2;
    private static final int LATENESS_MS_OFFSET = 4;
    private static final int SENDER_OFFSET = 8;
    private static final int RECEIVER_OFFSET = 16;
    private static final int SEQUENCE_OFFSET = 24;
    private static final int START_OFFSET = 32;
    private static final int SIDE_OFFSET = HEADER_LENGTH;
    private static final int LOWEST_OFFSET = SIDE_OFFSET + Integer.BYTES;
    private static final int COUNTS_RECEIVER = 1 << 31;

    private ControlFrame() {}

    static void begin(MutableDirectBuffer frame, int kind, long sender, long receiver) {
        frame.setMemory(0, HEADER_LENGTH, (byte) 0);
        frame.putByte(VERSION_OFFSET, VERSION);
        frame.putByte(KIND_OFFSET, (byte) kind);
        frame.putLong(SENDER_OFFSET, sender, BIG_ENDIAN);
        frame.putLong(RECEIVER_OFFSET, receiver, BIG_ENDIAN);
    }

    static void number(MutableDirectBuffer frame, long start, long sequence) {
        frame.putLong(START_OFFSET, start, BIG_ENDIAN);
        frame.putLong(SEQUENCE_OFFSET, sequence, BIG_ENDIAN);
    }

    static void latenessMs(MutableDirectBuffer frame, long latenessMs) {
        frame.putInt(LATENESS_MS_OFFSET, (int) Math.min(latenessMs, Integer.MAX_VALUE), BIG_ENDIAN);
    }

    static void status(MutableDirectBuffer frame, NodeStatus status) {
        frame.putByte(FLAGS_OFFSET, (byte) status.flags());
    }

    /** Writes what a heartbeat says beyond its header, and answers how long the heartbeat is. */
    static int side(MutableDirectBuffer frame, ClusterSide side) {
        if (side.members() == 0) {
            return HEADER_LENGTH;
        }
        frame.putInt(SIDE_OFFSET, side.members() | (side.countsReceiver() ? COUNTS_RECEIVER : 0), BIG_ENDIAN);
        frame.putLong(LOWEST_OFFSET, side.lowestIncarnation(), BIG_ENDIAN);
        return HEADER_LENGTH + SIDE_LENGTH;
    }

    static boolean is(int kind, DirectBuffer frame, int offset, int length) {
        return length >= HEADER_LENGTH
            && frame.getByte(offset + VERSION_OFFSET) == VERSION
            && frame.getByte(offset + KIND_OFFSET) == kind;
    }

    static int latenessMs(DirectBuffer frame, int offset) {
        return frame.getInt(offset + LATENESS_MS_OFFSET, BIG_ENDIAN);
    }

    static NodeStatus status(DirectBuffer frame, int offset) {
        return NodeStatus.ofFlags(frame.getByte(offset + FLAGS_OFFSET));
    }

    static ClusterSide side(DirectBuffer frame, int offset, int length) {
        if (length < HEADER_LENGTH + SIDE_LENGTH) {
            return ClusterSide.NONE;
        }
        int members = frame.getInt(offset + SIDE_OFFSET, BIG_ENDIAN);
        return new ClusterSide(
            members & ~COUNTS_RECEIVER,
            frame.getLong(offset + LOWEST_OFFSET, BIG_ENDIAN),
            (members & COUNTS_RECEIVER) != 0);
    }

    static long sender(DirectBuffer frame, int offset) {
        return frame.getLong(offset + SENDER_OFFSET, BIG_ENDIAN);
    }

    static long receiver(DirectBuffer frame, int offset) {
        return frame.getLong(offset + RECEIVER_OFFSET, BIG_ENDIAN);
    }

    static long sequence(DirectBuffer frame, int offset) {
        return frame.getLong(offset + SEQUENCE_OFFSET, BIG_ENDIAN);
    }

    static long start(DirectBuffer frame, int offset) {
        return frame.getLong(offset + START_OFFSET, BIG_ENDIAN);
    }
}
