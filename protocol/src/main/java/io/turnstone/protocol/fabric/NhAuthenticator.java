package io.turnstone.protocol.fabric;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A universal hash makes the frame short, SipHash-2-4 makes a tag of that and of the frame's length. The hash is NH (Black,
 * Halevi, Krawczyk, Krovetz and Rogaway, "UMAC", 1999, section 4) on words of 64 bits: to each word a word of the key is
 * added, the sums are multiplied in pairs, and the products of 128 bits are added up. It is taken twice, the second time
 * with the key shifted by one pair (section 5.3), so two frames of one length have the same hash with a probability of
 * 2<sup>-128</sup>, and a frame costs two multiplications for eight octets. One thread. Allocates nothing per frame.
 */
public final class NhAuthenticator implements FrameAuthenticator {
    private static final int KEY_LENGTH_MIN = 32;
    /** Octets that are hashed with one key; a longer frame is hashed in parts, and SipHash takes the hashes of all. */
    private static final int BLOCK_LENGTH = 2048;
    private static final int PAIR_LENGTH = 2 * Long.BYTES;
    private static final int HASH_LENGTH = 2 * PAIR_LENGTH;
    /** The pair of words of which the tag is the second one. */
    private static final int TAG_PAIR_OFFSET = MediaFrame.TAG_OFFSET - Long.BYTES;

    private final int frameLengthMax;
    private final SipHashAuthenticator finalHash;
    private final long[] words = new long[(BLOCK_LENGTH + PAIR_LENGTH) / Long.BYTES];
    /** The hash of each block, then the frame's length. */
    private final UnsafeBuffer hashes;
    private long low;
    private long high;
    private long shiftedLow;
    private long shiftedHigh;

    /**
     * @param key at least 32 octets, of which the first 32 are used
     * @param frameLengthMax header and payload; a longer frame is refused
     */
    public NhAuthenticator(byte[] key, int frameLengthMax) {
        if (key.length < KEY_LENGTH_MIN) {
            throw new IllegalArgumentException(
                "a fabric key has at least " + KEY_LENGTH_MIN + " octets, not " + key.length);
        }
        this.frameLengthMax = frameLengthMax;
        ByteBuffer stream = ByteBuffer.wrap(keyStream(key, KEY_LENGTH_MIN + words.length * Long.BYTES));
        byte[] finalKey = new byte[KEY_LENGTH_MIN];
        stream.get(finalKey);
        finalHash = new SipHashAuthenticator(finalKey);
        stream.order(LITTLE_ENDIAN).asLongBuffer().get(words);
        int blocksMax = Math.ceilDiv(frameLengthMax, BLOCK_LENGTH);
        hashes = new UnsafeBuffer(new byte[blocksMax * HASH_LENGTH + Long.BYTES]);
    }

    /** AES-256 in counter mode, from zero on. */
    private static byte[] keyStream(byte[] key, int length) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(
                Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 0, KEY_LENGTH_MIN, "AES"),
                new IvParameterSpec(new byte[cipher.getBlockSize()]));
            return cipher.doFinal(new byte[length]);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every JDK has AES in counter mode", impossible);
        }
    }

    @Override
    public boolean sign(MutableDirectBuffer buffer, int offset, int length) {
        if (!isAcceptable(length)) {
            return false;
        }
        buffer.putLong(offset + MediaFrame.TAG_OFFSET, tag(buffer, offset, length), LITTLE_ENDIAN);
        return true;
    }

    @Override
    public boolean verify(DirectBuffer buffer, int offset, int length) {
        return isAcceptable(length)
            // one comparison of 64 bits: no early exit to measure
            && tag(buffer, offset, length) == buffer.getLong(offset + MediaFrame.TAG_OFFSET, LITTLE_ENDIAN);
    }

    private boolean isAcceptable(int length) {
        return length >= MediaFrame.HEADER_LENGTH && length <= frameLengthMax;
    }

    private long tag(DirectBuffer buffer, int offset, int length) {
        int hashed = 0;
        for (int start = 0; start < length; start += BLOCK_LENGTH) {
            hash(buffer, offset, start, Math.min(start + BLOCK_LENGTH, length), hashed);
            hashed += HASH_LENGTH;
        }
        hashes.putLong(hashed, length, LITTLE_ENDIAN);
        return finalHash.hash(hashes, 0, hashed + Long.BYTES);
    }

    /** Hashes the frame's octets from {@code start} to {@code end}, the last pair filled up with zeros. */
    private void hash(DirectBuffer buffer, int offset, int start, int end, int to) {
        low = 0;
        high = 0;
        shiftedLow = 0;
        shiftedHigh = 0;
        int whole = start + (end - start & -PAIR_LENGTH);
        int from = start;
        if (start == 0) {
            addPairs(buffer, offset, 0, TAG_PAIR_OFFSET, 0);
            addPair(buffer.getLong(offset + TAG_PAIR_OFFSET, LITTLE_ENDIAN), 0, TAG_PAIR_OFFSET / Long.BYTES);
            from = TAG_PAIR_OFFSET + PAIR_LENGTH;
        }
        addPairs(buffer, offset, from, whole, (from - start) / Long.BYTES);
        if (whole < end) {
            int left = end - whole;
            addPair(
                SipHashAuthenticator.partialWord(buffer, offset + whole, Math.min(left, Long.BYTES)),
                SipHashAuthenticator.partialWord(buffer, offset + whole + Long.BYTES, left - Long.BYTES),
                (whole - start) / Long.BYTES);
        }
        hashes.putLong(to, low, LITTLE_ENDIAN);
        hashes.putLong(to + Long.BYTES, high, LITTLE_ENDIAN);
        hashes.putLong(to + PAIR_LENGTH, shiftedLow, LITTLE_ENDIAN);
        hashes.putLong(to + PAIR_LENGTH + Long.BYTES, shiftedHigh, LITTLE_ENDIAN);
    }

    /** @param key of the words of the key, which one is added to {@code first} */
    private void addPair(long first, long second, int key) {
        long factor = first + words[key];
        long other = second + words[key + 1];
        long product = factor * other;
        low += product;
        high += Math.unsignedMultiplyHigh(factor, other) + carry(low, product);
        factor = first + words[key + 2];
        other = second + words[key + 3];
        product = factor * other;
        shiftedLow += product;
        shiftedHigh += Math.unsignedMultiplyHigh(factor, other) + carry(shiftedLow, product);
    }

    /** The sums are local variables for the sake of speed, as the key's words that the next pair takes again are. */
    private void addPairs(DirectBuffer buffer, int offset, int from, int to, int firstKey) {
        long sumLow = low;
        long sumHigh = high;
        long sumShiftedLow = shiftedLow;
        long sumShiftedHigh = shiftedHigh;
        int key = firstKey;
        long key0 = words[key];
        long key1 = words[key + 1];
        for (int i = from; i < to; i += PAIR_LENGTH) {
            long first = buffer.getLong(offset + i, LITTLE_ENDIAN);
            long second = buffer.getLong(offset + i + Long.BYTES, LITTLE_ENDIAN);
            long factor = first + key0;
            long other = second + key1;
            long product = factor * other;
            sumLow += product;
            sumHigh += Math.unsignedMultiplyHigh(factor, other) + carry(sumLow, product);
            key += 2;
            key0 = words[key];
            key1 = words[key + 1];
            factor = first + key0;
            other = second + key1;
            product = factor * other;
            sumShiftedLow += product;
            sumShiftedHigh += Math.unsignedMultiplyHigh(factor, other) + carry(sumShiftedLow, product);
        }
        low = sumLow;
        high = sumHigh;
        shiftedLow = sumShiftedLow;
        shiftedHigh = sumShiftedHigh;
    }

    /** 1 if {@code sum}, to which {@code addend} has just been added, ran over. */
    private static int carry(long sum, long addend) {
        return Long.compareUnsigned(sum, addend) < 0 ? 1 : 0;
    }
}
