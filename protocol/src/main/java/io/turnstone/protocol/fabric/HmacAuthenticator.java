package io.turnstone.protocol.fabric;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * HMAC-SHA-256 (RFC 2104), cut to its first 64 bits. One thread. Allocates nothing per frame, which {@code javax.crypto.Mac}
 * would.
 */
public final class HmacAuthenticator implements FrameAuthenticator {
    private static final String DIGEST = "SHA-256";
    private static final int BLOCK_LENGTH = 64;
    private static final int DIGEST_LENGTH = 32;
    private static final byte INNER_PAD = 0x36;
    private static final byte OUTER_PAD = 0x5C;

    private final MessageDigest inner = newDigest();
    private final MessageDigest outer = newDigest();
    private final byte[] outerInput = new byte[BLOCK_LENGTH + DIGEST_LENGTH];
    private final byte[] digest = new byte[DIGEST_LENGTH];

    /** The key's inner block, then the frame. */
    private final byte[] innerInput;

    /**
     * @param key at least 32 octets
     * @param frameLengthMax header and payload; a longer frame is refused
     */
    public HmacAuthenticator(byte[] key, int frameLengthMax) {
        if (key.length < DIGEST_LENGTH) {
            throw new IllegalArgumentException(
                "a fabric key has at least " + DIGEST_LENGTH + " octets, not " + key.length);
        }
        innerInput = new byte[BLOCK_LENGTH + frameLengthMax];
        byte[] blockKey = Arrays.copyOf(key.length > BLOCK_LENGTH ? newDigest().digest(key) : key, BLOCK_LENGTH);
        for (int i = 0; i < BLOCK_LENGTH; i++) {
            innerInput[i] = (byte) (blockKey[i] ^ INNER_PAD);
            outerInput[i] = (byte) (blockKey[i] ^ OUTER_PAD);
        }
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(DIGEST);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this JDK has no " + DIGEST, impossible);
        }
    }

    @Override
    public boolean sign(MutableDirectBuffer buffer, int offset, int length) {
        if (!isAcceptable(length)) {
            return false;
        }
        buffer.putLong(offset + MediaFrame.TAG_OFFSET, tag(buffer, offset, length), BIG_ENDIAN);
        return true;
    }

    @Override
    public boolean verify(DirectBuffer buffer, int offset, int length) {
        return isAcceptable(length)
            // one comparison of 64 bits: no early exit to measure
            && tag(buffer, offset, length) == buffer.getLong(offset + MediaFrame.TAG_OFFSET, BIG_ENDIAN);
    }

    private boolean isAcceptable(int length) {
        return length >= MediaFrame.HEADER_LENGTH && length <= innerInput.length - BLOCK_LENGTH;
    }

    private long tag(DirectBuffer buffer, int offset, int length) {
        buffer.getBytes(offset, innerInput, BLOCK_LENGTH, length);
        int tagIndex = BLOCK_LENGTH + MediaFrame.TAG_OFFSET;
        Arrays.fill(innerInput, tagIndex, tagIndex + MediaFrame.TAG_LENGTH, (byte) 0);
        try {
            inner.update(innerInput, 0, BLOCK_LENGTH + length);
            inner.digest(outerInput, BLOCK_LENGTH, DIGEST_LENGTH);
            outer.update(outerInput, 0, outerInput.length);
            outer.digest(digest, 0, DIGEST_LENGTH);
        } catch (DigestException impossible) {
            throw new IllegalStateException("a SHA-256 digest does not fit " + DIGEST_LENGTH + " octets", impossible);
        }
        return firstLong(digest);
    }

    private static long firstLong(byte[] bytes) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << Byte.SIZE | (bytes[i] & 0xFF);
        }
        return value;
    }
}
