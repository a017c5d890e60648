package io.turnstone.protocol.fabric;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * SipHash-2-4 with 64 bits of output (Aumasson and Bernstein, 2012): a message authentication code for short messages. One
 * thread. Allocates nothing per frame.
 */
public final class SipHashAuthenticator implements FrameAuthenticator {
    private static final int KEY_LENGTH_MIN = 32;
    private static final int ROUNDS_PER_WORD = 2;
    /** Octets of what is taken for the finalization's four rounds. */
    private static final int FINALIZATION = 2 * Long.BYTES;
    private static final int NONE = -1;

    private final long key0;
    private final long key1;

    /** @param key at least 32 octets, of which the first 16 are used */
    public SipHashAuthenticator(byte[] key) {
        if (key.length < KEY_LENGTH_MIN) {
            throw new IllegalArgumentException(
                "a fabric key has at least " + KEY_LENGTH_MIN + " octets, not " + key.length);
        }
        ByteBuffer words = ByteBuffer.wrap(key).order(LITTLE_ENDIAN);
        key0 = words.getLong();
        key1 = words.getLong();
    }

    @Override
    public boolean sign(MutableDirectBuffer buffer, int offset, int length) {
        if (length < MediaFrame.HEADER_LENGTH) {
            return false;
        }
        buffer.putLong(offset + MediaFrame.TAG_OFFSET, hash(buffer, offset, length, MediaFrame.TAG_OFFSET),
            LITTLE_ENDIAN);
        return true;
    }

    @Override
    public boolean verify(DirectBuffer buffer, int offset, int length) {
        return length >= MediaFrame.HEADER_LENGTH
            // one comparison of 64 bits: no early exit to measure
            && hash(buffer, offset, length, MediaFrame.TAG_OFFSET) == buffer.getLong(offset + MediaFrame.TAG_OFFSET,
                LITTLE_ENDIAN);
    }

    /** Of octets that are all taken as they are. */
    long hash(DirectBuffer buffer, int offset, int length) {
        return hash(buffer, offset, length, NONE);
    }

    /**
     * The state is four local variables for the sake of speed: the JIT compiler keeps them in registers. The four rounds of the
     * finalization are those of two more words that are zero.
     *
     * @param zeroAt where a word is taken as zero
     */
    private long hash(DirectBuffer buffer, int offset, int length, int zeroAt) {
        long v0 = key0 ^ 0x736f_6d65_7073_6575L;
        long v1 = key1 ^ 0x646f_7261_6e64_6f6dL;
        long v2 = key0 ^ 0x6c79_6765_6e65_7261L;
        long v3 = key1 ^ 0x7465_6462_7974_6573L;
        int wholeWords = length & -Long.BYTES;
        for (int i = 0; i <= wholeWords + FINALIZATION; i += Long.BYTES) {
            long word = 0;
            if (i < wholeWords) {
                word = i == zeroAt ? 0 : buffer.getLong(offset + i, LITTLE_ENDIAN);
            } else if (i == wholeWords) {
                word = lastWord(buffer, offset, length);
            } else if (i == wholeWords + Long.BYTES) {
                v2 ^= 0xFF;
            }
            v3 ^= word;
            for (int round = 0; round < ROUNDS_PER_WORD; round++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** The octets that fill no word, and the length modulo 256 above them. */
    private static long lastWord(DirectBuffer buffer, int offset, int length) {
        int start = length & -Long.BYTES;
        return (long) length << (Long.SIZE - Byte.SIZE) | partialWord(buffer, offset + start, length - start);
    }

    /** Little-endian, filled up with zeros; zero for a count of zero and below. */
    static long partialWord(DirectBuffer buffer, int offset, int count) {
        long word = 0;
        for (int i = 0; i < count; i++) {
            word |= (buffer.getByte(offset + i) & 0xFFL) << (i * Byte.SIZE);
        }
        return word;
    }
}
