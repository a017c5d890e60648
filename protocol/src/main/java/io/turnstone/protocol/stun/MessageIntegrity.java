package io.turnstone.protocol.stun;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import org.agrona.DirectBuffer;

/**
 * Computes and verifies MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256 (RFC 8489 §14.5, §14.6). One thread; keep one
 * instance and reuse it for every key. Comparisons take the same time wherever the difference lies.
 *
 * <p>The HMAC covers the message up to the attribute, with the header's length counting the attribute itself as the last.
 */
public final class MessageIntegrity {
    public static final int SHA1_LENGTH = 20;
    public static final int SHA256_LENGTH = 32;

    private static final int SCRATCH_LENGTH = 1024;

    private final Mac hmacSha1 = mac("HmacSHA1");
    private final Mac hmacSha256 = mac("HmacSHA256");
    private final byte[] digest = new byte[SHA256_LENGTH];
    private byte[] scratch = new byte[SCRATCH_LENGTH];

    private static Mac mac(String algorithm) {
        try {
            return Mac.getInstance(algorithm);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this JDK has no " + algorithm, impossible);
        }
    }

    /** Whether the message carries MESSAGE-INTEGRITY and it was made with {@code key}. */
    public boolean verify(StunMessage message, SecretKey key) {
        int valueIndex = message.find(StunAttribute.MESSAGE_INTEGRITY);
        if (valueIndex == StunMessage.NOT_FOUND) {
            return false;
        }
        int coveredLength = valueIndex + SHA1_LENGTH - message.offset();
        sha1(message.buffer(), message.offset(), valueIndex, coveredLength, key);
        return digestEquals(message.buffer(), valueIndex, SHA1_LENGTH);
    }

    /** Whether the message carries MESSAGE-INTEGRITY-SHA256, maybe truncated, and it was made with {@code key}. */
    public boolean verifySha256(StunMessage message, SecretKey key) {
        int valueIndex = message.find(StunAttribute.MESSAGE_INTEGRITY_SHA256);
        if (valueIndex == StunMessage.NOT_FOUND) {
            return false;
        }
        int valueLength = message.valueLength(valueIndex);
        int coveredLength = valueIndex + valueLength - message.offset();
        sha256(message.buffer(), message.offset(), valueIndex, coveredLength, key);
        return digestEquals(message.buffer(), valueIndex, valueLength);
    }

    /**
     * @param valueIndex of the integrity attribute
     * @param coveredLength what the message's length is when the attribute is its last
     * @return this instance's own array, good until the next call
     */
    byte[] sha1(DirectBuffer buffer, int offset, int valueIndex, int coveredLength, SecretKey key) {
        return compute(hmacSha1, buffer, offset, valueIndex, coveredLength, key);
    }

    /** As {@link #sha1}. */
    byte[] sha256(DirectBuffer buffer, int offset, int valueIndex, int coveredLength, SecretKey key) {
        return compute(hmacSha256, buffer, offset, valueIndex, coveredLength, key);
    }

    private byte[] compute(
        Mac mac, DirectBuffer buffer, int offset, int valueIndex, int coveredLength, SecretKey key) {
        int inputLength = valueIndex - StunMessage.ATTRIBUTE_HEADER_LENGTH - offset;
        if (scratch.length < inputLength) {
            scratch = new byte[StunMessage.HEADER_LENGTH + 0xFFFF];
        }
        buffer.getBytes(offset, scratch, 0, inputLength);
        int attributesLength = coveredLength - StunMessage.HEADER_LENGTH;
        scratch[StunMessage.LENGTH_OFFSET] = (byte) (attributesLength >>> Byte.SIZE);
        scratch[StunMessage.LENGTH_OFFSET + 1] = (byte) attributesLength;
        try {
            mac.init(key);
            mac.update(scratch, 0, inputLength);
            mac.doFinal(digest, 0);
            return digest;
        } catch (InvalidKeyException | ShortBufferException wrongUse) {
            throw new IllegalArgumentException("this key cannot be used with " + mac.getAlgorithm(), wrongUse);
        }
    }

    private boolean digestEquals(DirectBuffer buffer, int index, int length) {
        int difference = 0;
        for (int i = 0; i < length; i++) {
            difference |= buffer.getByte(index + i) ^ digest[i];
        }
        return difference == 0;
    }
}
