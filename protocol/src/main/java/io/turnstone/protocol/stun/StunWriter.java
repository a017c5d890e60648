package io.turnstone.protocol.stun;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.TransportAddress;
import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKey;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes one STUN message attribute by attribute; after each call the message is whole and {@link #length} long. One
 * thread. Padding is zeroed. Allocates nothing, except where a parameter is a {@code String}.
 *
 * <p>A buffer that is too small is the caller's fault and throws {@link IndexOutOfBoundsException}.
 */
public final class StunWriter {
    private static final int ERROR_CODE_HEADER_LENGTH = 4;
    private static final int ERROR_CODE_CLASS = 100;
    private static final int ICMP_CODE_BITS = 9;
    private static final int ICMP_LENGTH = 8;

    private final Fingerprint fingerprint = new Fingerprint();
    private MutableDirectBuffer buffer = new UnsafeBuffer(new byte[StunMessage.HEADER_LENGTH]);
    private int offset;
    private int length;

    /** Begins the answer to {@code request}: its transaction id is taken. */
    public StunWriter begin(MutableDirectBuffer buffer, int offset, int messageType, StunMessage request) {
        return begin(buffer, offset, messageType, request.transactionIdHigh(), request.transactionIdLow());
    }

    public StunWriter begin(MutableDirectBuffer buffer, int offset, int messageType, TransactionId transactionId) {
        return begin(buffer, offset, messageType, transactionId.high(), transactionId.low());
    }

    /** @param messageType see {@link StunType} */
    public StunWriter begin(
        MutableDirectBuffer buffer, int offset, int messageType, int transactionIdHigh, long transactionIdLow) {
        this.buffer = buffer;
        this.offset = offset;
        buffer.putShort(offset + StunMessage.TYPE_OFFSET, (short) messageType, BIG_ENDIAN);
        buffer.putInt(offset + StunMessage.COOKIE_OFFSET, StunMessage.MAGIC_COOKIE, BIG_ENDIAN);
        buffer.putInt(offset + StunMessage.TRANSACTION_ID_OFFSET, transactionIdHigh, BIG_ENDIAN);
        buffer.putLong(offset + StunMessage.TRANSACTION_ID_OFFSET + Integer.BYTES, transactionIdLow, BIG_ENDIAN);
        setLength(StunMessage.HEADER_LENGTH);
        return this;
    }

    public MutableDirectBuffer buffer() {
        return buffer;
    }

    public int offset() {
        return offset;
    }

    /** Header and attributes written so far, in octets. */
    public int length() {
        return length;
    }

    public StunWriter xorAddress(int type, long high, long low, int port) {
        int valueIndex = attribute(type, StunAddress.encodedLength(high, low));
        StunAddress.encodeXor(buffer, valueIndex, high, low, port, offset);
        return this;
    }

    public StunWriter xorAddress(int type, TransportAddress address) {
        return xorAddress(type, address.high(), address.low(), address.port());
    }

    /** The plain form, as in MAPPED-ADDRESS and ALTERNATE-SERVER. */
    public StunWriter address(int type, TransportAddress address) {
        int valueIndex = attribute(type, StunAddress.encodedLength(address.high(), address.low()));
        StunAddress.encode(buffer, valueIndex, address.high(), address.low(), address.port());
        return this;
    }

    /** An attribute without a value, such as DONT-FRAGMENT. */
    public StunWriter flag(int type) {
        attribute(type, 0);
        return this;
    }

    public StunWriter u32(int type, int value) {
        buffer.putInt(attribute(type, Integer.BYTES), value, BIG_ENDIAN);
        return this;
    }

    public StunWriter u64(int type, long value) {
        buffer.putLong(attribute(type, Long.BYTES), value, BIG_ENDIAN);
        return this;
    }

    public StunWriter bytes(int type, byte[] value) {
        buffer.putBytes(attribute(type, value.length), value);
        return this;
    }

    public StunWriter bytes(int type, DirectBuffer value, int valueOffset, int valueLength) {
        buffer.putBytes(attribute(type, valueLength), value, valueOffset, valueLength);
        return this;
    }

    public StunWriter utf8(int type, String value) {
        return bytes(type, value.getBytes(StandardCharsets.UTF_8));
    }

    /** ERROR-CODE; its length does not count the padding of the reason (RFC 8489 §14.8). */
    public StunWriter errorCode(StunError error) {
        return error(StunAttribute.ERROR_CODE, 0, error);
    }

    /** ADDRESS-ERROR-CODE: why the additional relayed address of {@code family} was not given (RFC 8656 §18.12). */
    public StunWriter addressErrorCode(AddressFamily family, StunError error) {
        return error(StunAttribute.ADDRESS_ERROR_CODE, family.number(), error);
    }

    private StunWriter error(int type, int firstOctet, StunError error) {
        int valueIndex = attribute(type, ERROR_CODE_HEADER_LENGTH + error.reason().length());
        int hundreds = error.code() / ERROR_CODE_CLASS;
        int number = error.code() % ERROR_CODE_CLASS;
        buffer.putInt(valueIndex, firstOctet << 24 | hundreds << 8 | number, BIG_ENDIAN);
        buffer.putStringWithoutLengthAscii(valueIndex + ERROR_CODE_HEADER_LENGTH, error.reason());
        return this;
    }

    /** UNKNOWN-ATTRIBUTES (RFC 8489 §14.9). */
    public StunWriter unknownAttributes(int... types) {
        int valueIndex = attribute(StunAttribute.UNKNOWN_ATTRIBUTES, types.length * Short.BYTES);
        for (int i = 0; i < types.length; i++) {
            buffer.putShort(valueIndex + i * Short.BYTES, (short) types[i], BIG_ENDIAN);
        }
        return this;
    }

    /** ICMP: what came back for a packet that was sent to a peer (RFC 8656 §18.13). */
    public StunWriter icmp(int icmpType, int icmpCode, int errorData) {
        int valueIndex = attribute(StunAttribute.ICMP, ICMP_LENGTH);
        buffer.putInt(valueIndex, icmpType << ICMP_CODE_BITS | icmpCode, BIG_ENDIAN);
        buffer.putInt(valueIndex + Integer.BYTES, errorData, BIG_ENDIAN);
        return this;
    }

    /** MESSAGE-INTEGRITY over all that was written so far (RFC 8489 §14.5). */
    public StunWriter messageIntegrity(MessageIntegrity integrity, SecretKey key) {
        int valueIndex = attribute(StunAttribute.MESSAGE_INTEGRITY, MessageIntegrity.SHA1_LENGTH);
        buffer.putBytes(
            valueIndex, integrity.sha1(buffer, offset, valueIndex, length, key), 0, MessageIntegrity.SHA1_LENGTH);
        return this;
    }

    /** MESSAGE-INTEGRITY-SHA256, not truncated, over all that was written so far (RFC 8489 §14.6). */
    public StunWriter messageIntegritySha256(MessageIntegrity integrity, SecretKey key) {
        int valueIndex = attribute(StunAttribute.MESSAGE_INTEGRITY_SHA256, MessageIntegrity.SHA256_LENGTH);
        buffer.putBytes(
            valueIndex, integrity.sha256(buffer, offset, valueIndex, length, key), 0, MessageIntegrity.SHA256_LENGTH);
        return this;
    }

    /** FINGERPRINT, which must be the last attribute (RFC 8489 §14.7). */
    public StunWriter fingerprint() {
        int before = length;
        int valueIndex = attribute(StunAttribute.FINGERPRINT, Fingerprint.LENGTH);
        buffer.putInt(valueIndex, fingerprint.compute(buffer, offset, before), BIG_ENDIAN);
        return this;
    }

    /** Appends the attribute's header, zeroes its padding and returns the value index. */
    private int attribute(int type, int valueLength) {
        int position = offset + length;
        int valueIndex = position + StunMessage.ATTRIBUTE_HEADER_LENGTH;
        int paddedLength = StunMessage.paddedLength(valueLength);
        if (paddedLength != valueLength) {
            buffer.putInt(valueIndex + paddedLength - Integer.BYTES, 0);
        }
        buffer.putShort(position, (short) type, BIG_ENDIAN);
        buffer.putShort(position + StunMessage.LENGTH_OFFSET, (short) valueLength, BIG_ENDIAN);
        setLength(length + StunMessage.ATTRIBUTE_HEADER_LENGTH + paddedLength);
        return valueIndex;
    }

    private void setLength(int newLength) {
        length = newLength;
        buffer.putShort(
            offset + StunMessage.LENGTH_OFFSET, (short) (newLength - StunMessage.HEADER_LENGTH), BIG_ENDIAN);
    }
}
