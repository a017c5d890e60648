package io.turnstone.protocol.stun;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.protocol.net.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A received STUN message where it lies (RFC 8489 §5). One thread; reused by {@link #wrap}, which must have returned true
 * before anything else is asked.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0 0|     STUN Message Type     |         Message Length        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         Magic Cookie                          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                     Transaction ID (96 bits)                  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |             Type              |            Length             |  attribute,
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+  any number
 * |                   Value, padded to 32 bits ...                |  of them
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * An attribute is named by its <em>value index</em>: where its value starts in the buffer. What follows the first integrity
 * attribute is not seen, except MESSAGE-INTEGRITY-SHA256 and FINGERPRINT (RFC 8489 §14.5 to §14.7).
 */
public final class StunMessage {
    public static final int MAGIC_COOKIE = 0x2112A442;
    public static final int HEADER_LENGTH = 20;
    public static final int ATTRIBUTE_HEADER_LENGTH = 4;
    public static final int TYPE_OFFSET = 0;
    public static final int LENGTH_OFFSET = 2;
    public static final int COOKIE_OFFSET = 4;
    public static final int TRANSACTION_ID_OFFSET = 8;
    public static final int TRANSACTION_ID_LENGTH = 12;

    /** What {@link #find}, {@link #firstAttribute} and {@link #nextAttribute} return when there is none. */
    public static final int NOT_FOUND = -1;

    private static final int TYPE_UNUSED_BITS = 0xC0;
    private static final int ALIGNMENT_MASK = 3;
    private static final int MESSAGE_INTEGRITY_LENGTH = 20;
    private static final int SHA256_LENGTH_MIN = 16;
    private static final int SHA256_LENGTH_MAX = 32;
    private static final int[] NONE = {};

    private final StunAddress address = new StunAddress();
    private final Fingerprint fingerprint = new Fingerprint();
    private DirectBuffer buffer = new UnsafeBuffer(new byte[HEADER_LENGTH]);
    private int offset;
    private int length = HEADER_LENGTH;
    private int attributesEnd = HEADER_LENGTH;
    private int integrityIndex = NOT_FOUND;
    private int integritySha256Index = NOT_FOUND;
    private int fingerprintIndex = NOT_FOUND;

    /** Whether the octets may be STUN at all: two zero bits, room for a header, the magic cookie (RFC 8489 §6.3). */
    public static boolean looksLikeStun(DirectBuffer buffer, int offset, int length) {
        return length >= HEADER_LENGTH
            && (buffer.getByte(offset) & TYPE_UNUSED_BITS) == 0
            && buffer.getInt(offset + COOKIE_OFFSET, BIG_ENDIAN) == MAGIC_COOKIE;
    }

    /** The room a value takes in a message: its length rounded up to 32 bits (RFC 8489 §14). */
    public static int paddedLength(int length) {
        return length + ALIGNMENT_MASK & ~ALIGNMENT_MASK;
    }

    /**
     * Looks at a whole datagram, or at one message cut out of a stream.
     *
     * @return false if it is not exactly one well-formed message; then nothing else may be asked
     */
    public boolean wrap(DirectBuffer buffer, int offset, int length) {
        if (offset < 0 || length > buffer.capacity() - offset || !looksLikeStun(buffer, offset, length)) {
            return false;
        }
        int attributesLength = buffer.getShort(offset + LENGTH_OFFSET, BIG_ENDIAN) & 0xFFFF;
        if (attributesLength != length - HEADER_LENGTH || (attributesLength & ALIGNMENT_MASK) != 0) {
            return false;
        }
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        return scanAttributes();
    }

    private boolean scanAttributes() {
        integrityIndex = NOT_FOUND;
        integritySha256Index = NOT_FOUND;
        fingerprintIndex = NOT_FOUND;
        int end = offset + length;
        attributesEnd = end;
        int position = offset + HEADER_LENGTH;
        while (position < end) {
            int valueIndex = position + ATTRIBUTE_HEADER_LENGTH;
            int valueLength = valueLength(valueIndex);
            if (valueLength > end - valueIndex || !noteTrailer(attributeType(valueIndex), valueIndex, valueLength)) {
                return false;
            }
            position = valueIndex + paddedLength(valueLength);
        }
        return true;
    }

    /** Remembers where the first of each of the three closing attributes stands, if it comes in its place. */
    private boolean noteTrailer(int type, int valueIndex, int valueLength) {
        boolean inOrder = fingerprintIndex == NOT_FOUND
            && switch (type) {
                case StunAttribute.MESSAGE_INTEGRITY ->
                    integrityIndex == NOT_FOUND && integritySha256Index == NOT_FOUND;
                case StunAttribute.MESSAGE_INTEGRITY_SHA256 -> integritySha256Index == NOT_FOUND;
                case StunAttribute.FINGERPRINT -> true;
                default -> false;
            };
        if (!inOrder) {
            return true;
        }
        attributesEnd = Math.min(attributesEnd, valueIndex - ATTRIBUTE_HEADER_LENGTH);
        return switch (type) {
            case StunAttribute.MESSAGE_INTEGRITY -> {
                integrityIndex = valueIndex;
                yield valueLength == MESSAGE_INTEGRITY_LENGTH;
            }
            case StunAttribute.MESSAGE_INTEGRITY_SHA256 -> {
                integritySha256Index = valueIndex;
                // RFC 8489 §14.6: 16 to 32 octets, a multiple of four
                yield valueLength >= SHA256_LENGTH_MIN
                    && valueLength <= SHA256_LENGTH_MAX
                    && (valueLength & ALIGNMENT_MASK) == 0;
            }
            default -> {
                fingerprintIndex = valueIndex;
                yield valueLength == Fingerprint.LENGTH;
            }
        };
    }

    public DirectBuffer buffer() {
        return buffer;
    }

    public int offset() {
        return offset;
    }

    /** Header and attributes, in octets. */
    public int length() {
        return length;
    }

    /** One of {@link StunType}, or another number. */
    public int messageType() {
        return buffer.getShort(offset + TYPE_OFFSET, BIG_ENDIAN) & 0xFFFF;
    }

    /** One of {@link StunMethod}, or another number. */
    public int method() {
        return StunType.method(messageType());
    }

    /** One of {@link StunClass}. */
    public int messageClass() {
        return StunType.messageClass(messageType());
    }

    public int transactionIdHigh() {
        return buffer.getInt(offset + TRANSACTION_ID_OFFSET, BIG_ENDIAN);
    }

    public long transactionIdLow() {
        return buffer.getLong(offset + TRANSACTION_ID_OFFSET + Integer.BYTES, BIG_ENDIAN);
    }

    /** Allocates. */
    public TransactionId transactionId() {
        return new TransactionId(transactionIdHigh(), transactionIdLow());
    }

    /** @return the value index of the first such attribute, or {@link #NOT_FOUND} (RFC 8489 §14: the first counts) */
    public int find(int attributeType) {
        return switch (attributeType) {
            case StunAttribute.MESSAGE_INTEGRITY -> integrityIndex;
            case StunAttribute.MESSAGE_INTEGRITY_SHA256 -> integritySha256Index;
            case StunAttribute.FINGERPRINT -> fingerprintIndex;
            default -> findBeforeIntegrity(attributeType);
        };
    }

    private int findBeforeIntegrity(int attributeType) {
        int valueIndex = firstAttribute();
        while (valueIndex != NOT_FOUND && attributeType(valueIndex) != attributeType) {
            valueIndex = nextAttribute(valueIndex);
        }
        return valueIndex;
    }

    public boolean has(int attributeType) {
        return find(attributeType) != NOT_FOUND;
    }

    /** @return the value index of the first attribute before the closing ones, or {@link #NOT_FOUND} */
    public int firstAttribute() {
        return valueIndexAt(offset + HEADER_LENGTH);
    }

    /** @return the value index of the attribute after the one at {@code valueIndex}, or {@link #NOT_FOUND} */
    public int nextAttribute(int valueIndex) {
        return valueIndexAt(valueIndex + paddedLength(valueLength(valueIndex)));
    }

    private int valueIndexAt(int position) {
        return position < attributesEnd ? position + ATTRIBUTE_HEADER_LENGTH : NOT_FOUND;
    }

    public int attributeType(int valueIndex) {
        return buffer.getShort(valueIndex - ATTRIBUTE_HEADER_LENGTH, BIG_ENDIAN) & 0xFFFF;
    }

    /** The length of the value without its padding. */
    public int valueLength(int valueIndex) {
        return buffer.getShort(valueIndex - ATTRIBUTE_HEADER_LENGTH + LENGTH_OFFSET, BIG_ENDIAN) & 0xFFFF;
    }

    /** Reads an XORed address into {@link #address()}; false if the value is malformed. */
    public boolean decodeXorAddress(int valueIndex) {
        return address.decodeXor(buffer, valueIndex, valueLength(valueIndex), offset);
    }

    /** What {@link #decodeXorAddress} read last. */
    public StunAddress address() {
        return address;
    }

    /** The XORed address at {@code valueIndex}, or null if it is malformed. Allocates. */
    public @Nullable TransportAddress xorAddress(int valueIndex) {
        return decodeXorAddress(valueIndex) ? address.toTransportAddress() : null;
    }

    /** The value as text; octets that are no UTF-8 become U+FFFD. Allocates. */
    public String utf8(int valueIndex) {
        return new String(bytes(valueIndex), StandardCharsets.UTF_8);
    }

    /** A copy of the value. Allocates. */
    public byte[] bytes(int valueIndex) {
        byte[] value = new byte[valueLength(valueIndex)];
        buffer.getBytes(valueIndex, value);
        return value;
    }

    /** Whether every comprehension-required attribute is in {@code understoodSet} (see {@link StunAttribute#setOf}). */
    public boolean isUnderstood(long understoodSet) {
        int valueIndex = firstAttribute();
        while (valueIndex != NOT_FOUND && StunAttribute.isAcceptable(attributeType(valueIndex), understoodSet)) {
            valueIndex = nextAttribute(valueIndex);
        }
        return valueIndex == NOT_FOUND;
    }

    /** The comprehension-required attributes not in {@code understoodSet}, for UNKNOWN-ATTRIBUTES. Allocates if any. */
    public int[] unknownAttributes(long understoodSet) {
        if (isUnderstood(understoodSet)) {
            return NONE;
        }
        int[] unknown = new int[length / ATTRIBUTE_HEADER_LENGTH];
        int count = 0;
        for (int at = firstAttribute(); at != NOT_FOUND; at = nextAttribute(at)) {
            if (!StunAttribute.isAcceptable(attributeType(at), understoodSet)) {
                unknown[count++] = attributeType(at);
            }
        }
        return Arrays.stream(unknown, 0, count).distinct().toArray();
    }

    /** Whether FINGERPRINT is there, is the last attribute, and is right (RFC 8489 §14.7). */
    public boolean fingerprintValid() {
        return fingerprintIndex != NOT_FOUND
            && fingerprintIndex + Fingerprint.LENGTH == offset + length
            && buffer.getInt(fingerprintIndex, BIG_ENDIAN) == fingerprint.compute(buffer, offset,
                length - Fingerprint.ATTRIBUTE_LENGTH);
    }
}
