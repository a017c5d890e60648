package io.turnstone.node.transport.stream;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.netty.buffer.ByteBuf;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The beginning of a WebSocket frame (RFC 6455 §5.2). One thread; reused by {@link #read}.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-------+-+-------------+-------------------------------+
 * |F|  RSV| Opcode|M|   Length    |  Length, 2 octets if 126,     |
 * |I|     |       | |             |  8 octets if 127              |
 * +-+-----+-------+-+-------------+-------------------------------+
 * /                   Masking key, 4 octets, if M                 /
 * +---------------------------------------------------------------+
 * </pre>
 */
final class FrameHeader {
    /** Opcodes (RFC 6455 §11.8). */
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** The header is whole and allowed. */
    static final int READ = 0;
    /** More octets are needed. */
    static final int INCOMPLETE = -1;

    /** The longest header that is sent, which is never masked (RFC 6455 §5.1). */
    static final int SENT_LENGTH_MAX = 10;

    static final int CONTROL_PAYLOAD_MAX = 125;

    private static final int LENGTH_OFFSET = 1;
    private static final int EXTENDED_OFFSET = 2;
    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7F;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int LENGTH_16_MAX = 0xFFFF;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private int opcode;
    private boolean last;
    private int length;
    private int payloadLength;

    /**
     * Reads a header that a client sent.
     *
     * @param available octets from the offset on
     * @param payloadMax the longest payload allowed
     * @return {@link #READ}, {@link #INCOMPLETE}, or the close code of what is wrong
     */
    int read(DirectBuffer buffer, int offset, int available, int payloadMax) {
        if (available < EXTENDED_OFFSET) {
            return INCOMPLETE;
        }
        int first = buffer.getByte(offset);
        int second = buffer.getByte(offset + LENGTH_OFFSET);
        opcode = first & OPCODE;
        last = (first & FIN) != 0;
        // RFC 6455 §5.1: what a client sends is masked. §5.2: no extension was negotiated that gives RSV a meaning.
        if ((first & RESERVED) != 0 || (second & MASKED) == 0 || !isKnown(opcode)) {
            return StreamClosure.PROTOCOL_ERROR;
        }
        int shortLength = second & LENGTH;
        // RFC 6455 §5.5.
        if (isControl() && (!last || shortLength > CONTROL_PAYLOAD_MAX)) {
            return StreamClosure.PROTOCOL_ERROR;
        }
        int extended = shortLength < LENGTH_16 ? 0 : shortLength == LENGTH_16 ? Short.BYTES : Long.BYTES;
        length = EXTENDED_OFFSET + extended + Integer.BYTES;
        if (available < EXTENDED_OFFSET + extended) {
            return INCOMPLETE;
        }
        long value = extendedLength(buffer, offset + EXTENDED_OFFSET, shortLength);
        // RFC 6455 §5.2: the shortest form, and the first bit of 64 is 0.
        boolean shorterForm = (extended == Short.BYTES && value < LENGTH_16)
            || (extended == Long.BYTES && value <= LENGTH_16_MAX);
        if (value < 0 || shorterForm) {
            return StreamClosure.PROTOCOL_ERROR;
        }
        if (value > payloadMax) {
            return StreamClosure.TOO_BIG;
        }
        payloadLength = (int) value;
        return available < length ? INCOMPLETE : READ;
    }

    private static long extendedLength(DirectBuffer buffer, int at, int shortLength) {
        return switch (shortLength) {
            case LENGTH_16 -> buffer.getShort(at, BIG_ENDIAN) & 0xFFFF;
            case LENGTH_64 -> buffer.getLong(at, BIG_ENDIAN);
            default -> shortLength;
        };
    }

    private static boolean isKnown(int opcode) {
        return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
    }

    int opcode() {
        return opcode;
    }

    boolean isControl() {
        return opcode >= CLOSE;
    }

    /** Whether it is the last frame of its message. */
    boolean isLast() {
        return last;
    }

    /** Of the header, in octets. */
    int length() {
        return length;
    }

    int payloadLength() {
        return payloadLength;
    }

    /**
     * Takes the mask off the payload where it lies (RFC 6455 §5.3).
     *
     * @param offset of the header that was read
     * @return whether the payload is ASCII
     */
    boolean unmask(MutableDirectBuffer buffer, int offset) {
        int payload = offset + length;
        int key = buffer.getInt(payload - Integer.BYTES);
        long keys = Integer.toUnsignedLong(key) | (long) key << Integer.SIZE;
        long seen = 0;
        int at = payload;
        int end = payload + payloadLength;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            long octets = buffer.getLong(at) ^ keys;
            buffer.putLong(at, octets);
            seen |= octets;
        }
        for (; at < end; at++) {
            byte octet = (byte) (buffer.getByte(at)
                ^ buffer.getByte(payload - Integer.BYTES + (at - payload) % Integer.BYTES));
            buffer.putByte(at, octet);
            seen |= octet;
        }
        return (seen & HIGH_BITS) == 0;
    }

    /** Writes the header of a whole message or of a control frame, unmasked as a server's is. */
    static void write(ByteBuf to, int opcode, int payloadLength) {
        to.writeByte(FIN | opcode);
        if (payloadLength < LENGTH_16) {
            to.writeByte(payloadLength);
        } else if (payloadLength <= LENGTH_16_MAX) {
            to.writeByte(LENGTH_16).writeShort(payloadLength);
        } else {
            to.writeByte(LENGTH_64).writeLong(payloadLength);
        }
    }
}
