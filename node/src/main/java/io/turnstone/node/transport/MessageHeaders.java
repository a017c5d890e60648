package io.turnstone.node.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Linux' {@code mmsghdr} structures (recvmmsg(2)) in a row, each with a name, room for control messages and a pointer to
 * pieces of memory. One thread.
 *
 * <pre>
 *  0 name    8 name length   16 pieces   24 how many   32 control   40 control length   48 flags   56 octets moved
 * </pre>
 */
final class MessageHeaders {
    static final int LENGTH = 64;

    private static final int NAME_LENGTH_OFFSET = 8;
    private static final int PIECES_OFFSET = 16;
    private static final int PIECE_COUNT_OFFSET = 24;
    private static final int CONTROL_OFFSET = 32;
    private static final int CONTROL_LENGTH_OFFSET = 40;
    private static final int MOVED_OFFSET = 56;

    private static final int PIECE_LENGTH = 16;
    private static final int PIECE_LENGTH_OFFSET = 8;

    /** A control message: its length, level, type, then the value (cmsg(3)). */
    private static final int CONTROL_LENGTH_MAX = 96;
    private static final int CONTROL_LEVEL_OFFSET = 8;
    private static final int CONTROL_TYPE_OFFSET = 12;
    private static final int CONTROL_VALUE_OFFSET = 16;
    private static final int CONTROL_ALIGNMENT = 8;
    private static final int UDP_SEGMENT = 103;
    private static final int IPPROTO_IP = 0;
    private static final int IP_ORIGDSTADDR = 20;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_ORIGDSTADDR = 74;
    private static final int SEGMENT_CONTROL_LENGTH = CONTROL_VALUE_OFFSET + Short.BYTES;
    private static final int SEGMENT_CONTROL_SPACE = 24;

    private final UnsafeBuffer headers;
    private final UnsafeBuffer names;
    private final UnsafeBuffer controls;
    private final UnsafeBuffer pieces;

    MessageHeaders(Arena arena, int count, int pieceCount) {
        headers = allocate(arena, count * LENGTH);
        names = allocate(arena, count * SocketName.LENGTH_MAX);
        controls = allocate(arena, count * CONTROL_LENGTH_MAX);
        pieces = allocate(arena, pieceCount * PIECE_LENGTH);
        for (int i = 0; i < count; i++) {
            headers.putLong(i * LENGTH, names.addressOffset() + (long) i * SocketName.LENGTH_MAX);
            headers.putLong(i * LENGTH + CONTROL_OFFSET, controlAddress(i));
            prepareToReceive(i);
        }
    }

    private static UnsafeBuffer allocate(Arena arena, int length) {
        MemorySegment memory = arena.allocate(length, LENGTH);
        return new UnsafeBuffer(memory.asByteBuffer());
    }

    private long controlAddress(int message) {
        return controls.addressOffset() + (long) message * CONTROL_LENGTH_MAX;
    }

    /** Where the header of a message is, the others behind it. */
    long address(int message) {
        return headers.addressOffset() + (long) message * LENGTH;
    }

    /** One piece of memory that a message may hold from now on. */
    void piece(int piece, long address, int length) {
        pieces.putLong(piece * PIECE_LENGTH, address);
        pieces.putLong(piece * PIECE_LENGTH + PIECE_LENGTH_OFFSET, length);
    }

    long pieceAddress(int piece) {
        return pieces.getLong(piece * PIECE_LENGTH);
    }

    int pieceLength(int piece) {
        return (int) pieces.getLong(piece * PIECE_LENGTH + PIECE_LENGTH_OFFSET);
    }

    void pieces(int message, int first, int count) {
        headers.putLong(message * LENGTH + PIECES_OFFSET, pieces.addressOffset() + (long) first * PIECE_LENGTH);
        headers.putLong(message * LENGTH + PIECE_COUNT_OFFSET, count);
    }

    /** Gives back the room that a receive has shortened. */
    void prepareToReceive(int message) {
        headers.putInt(message * LENGTH + NAME_LENGTH_OFFSET, SocketName.LENGTH_MAX);
        headers.putLong(message * LENGTH + CONTROL_LENGTH_OFFSET, CONTROL_LENGTH_MAX);
    }

    int received(int message) {
        return headers.getInt(message * LENGTH + MOVED_OFFSET);
    }

    /** The length of each datagram of a received train, or of the only one. */
    int receivedEach(int message) {
        int control = message * CONTROL_LENGTH_MAX;
        boolean train = headers.getLong(message * LENGTH + CONTROL_LENGTH_OFFSET) > CONTROL_VALUE_OFFSET
            && controls.getInt(control + CONTROL_LEVEL_OFFSET) == LinuxCalls.SOL_UDP
            && controls.getInt(control + CONTROL_TYPE_OFFSET) == LinuxCalls.UDP_GRO;
        return train ? controls.getInt(control + CONTROL_VALUE_OFFSET) : received(message);
    }

    /** The port that a datagram was sent to, where the socket tells it (ip(7), IP_RECVORIGDSTADDR); else 0. */
    int receivedAtPort(int message) {
        int control = message * CONTROL_LENGTH_MAX;
        int end = control + (int) headers.getLong(message * LENGTH + CONTROL_LENGTH_OFFSET);
        while (control + CONTROL_VALUE_OFFSET <= end) {
            int level = controls.getInt(control + CONTROL_LEVEL_OFFSET);
            int type = controls.getInt(control + CONTROL_TYPE_OFFSET);
            if ((level == IPPROTO_IP && type == IP_ORIGDSTADDR)
                || (level == IPPROTO_IPV6 && type == IPV6_ORIGDSTADDR)) {
                return SocketName.port(controls, control + CONTROL_VALUE_OFFSET);
            }
            int length = (int) controls.getLong(control);
            control += Math.max(CONTROL_VALUE_OFFSET, BitUtil.align(length, CONTROL_ALIGNMENT));
        }
        return 0;
    }

    /** The names of all messages. */
    UnsafeBuffer names() {
        return names;
    }

    static int nameOffset(int message) {
        return message * SocketName.LENGTH_MAX;
    }

    /** Where a message goes to. */
    void destination(int message, long high, long low, int port) {
        int length = SocketName.write(names, nameOffset(message), high, low, port);
        headers.putInt(message * LENGTH + NAME_LENGTH_OFFSET, length);
    }

    /** A message of a connected socket. */
    void toWhereConnected(int message) {
        headers.putInt(message * LENGTH + NAME_LENGTH_OFFSET, 0);
    }

    boolean goesTo(int message, long high, long low, int port) {
        int name = nameOffset(message);
        return SocketName.port(names, name) == port
            && SocketName.low(names, name) == low
            && SocketName.high(names, name) == high;
    }

    void copyDestination(int message, MessageHeaders from, int fromMessage) {
        names.putBytes(nameOffset(message), from.names, nameOffset(fromMessage), SocketName.LENGTH_MAX);
        headers.putInt(
            message * LENGTH + NAME_LENGTH_OFFSET, from.headers.getInt(fromMessage * LENGTH + NAME_LENGTH_OFFSET));
    }

    /** A message that is one datagram. */
    void single(int message) {
        headers.putLong(message * LENGTH + CONTROL_LENGTH_OFFSET, 0);
    }

    boolean isTrain(int message) {
        return headers.getLong(message * LENGTH + CONTROL_LENGTH_OFFSET) != 0;
    }

    /** A message whose pieces, but for a shorter last one, have that length and are to leave as a datagram each. */
    void train(int message, int each) {
        int control = message * CONTROL_LENGTH_MAX;
        controls.putLong(control, SEGMENT_CONTROL_LENGTH);
        controls.putInt(control + CONTROL_LEVEL_OFFSET, LinuxCalls.SOL_UDP);
        controls.putInt(control + CONTROL_TYPE_OFFSET, UDP_SEGMENT);
        controls.putShort(control + CONTROL_VALUE_OFFSET, (short) each);
        headers.putLong(message * LENGTH + CONTROL_LENGTH_OFFSET, SEGMENT_CONTROL_SPACE);
    }
}
