package io.turnstone.node.auth;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012): a keyed pseudo-random function for short inputs
 * that, unlike {@link javax.crypto.Mac}, allocates nothing. One thread.
 *
 * <p>A message is {@link #begin}, any number of {@link #put}, and {@link #end}; the result stands in {@link #first} and
 * {@link #second} until the next message.
 */
public final class SipHash {
    public static final int KEY_BYTES = 16;

    private static final int COMPRESSION_ROUNDS = 2;
    private static final int FINALIZATION_ROUNDS = 4;
    private static final int LENGTH_SHIFT = 56;

    private final long key0;
    private final long key1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long first;
    private long second;
    /** Octets of the message that do not yet make a word, the first one lowest. */
    private long tail;
    private int length;

    /** @param key at least {@value #KEY_BYTES} octets; the rest is not used */
    public SipHash(byte[] key) {
        ByteBuffer words = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
        this.key0 = words.getLong(0);
        this.key1 = words.getLong(Long.BYTES);
    }

    /** Hashes two little-endian words. */
    void hash(long message0, long message1) {
        begin().put(message0).put(message1).end();
    }

    public SipHash begin() {
        v0 = 0x736f_6d65_7073_6575L ^ key0;
        v1 = 0x646f_7261_6e64_6f6dL ^ key1 ^ 0xee;
        v2 = 0x6c79_6765_6e65_7261L ^ key0;
        v3 = 0x7465_6462_7974_6573L ^ key1;
        tail = 0;
        length = 0;
        return this;
    }

    /** Adds the eight octets of a little-endian word. */
    public SipHash put(long word) {
        int bits = (length & Long.BYTES - 1) * Byte.SIZE;
        if (bits == 0) {
            compress(word);
        } else {
            compress(tail | word << bits);
            tail = word >>> (Long.SIZE - bits);
        }
        length += Long.BYTES;
        return this;
    }

    /** Adds one octet. */
    public SipHash put(byte octet) {
        tail |= (octet & 0xFFL) << ((length & Long.BYTES - 1) * Byte.SIZE);
        length++;
        if ((length & Long.BYTES - 1) == 0) {
            compress(tail);
            tail = 0;
        }
        return this;
    }

    /** Adds {@code start} to {@code end}. */
    public SipHash put(DirectBuffer buffer, int start, int end) {
        int position = start;
        while (position <= end - Long.BYTES) {
            put(buffer.getLong(position, ByteOrder.LITTLE_ENDIAN));
            position += Long.BYTES;
        }
        while (position < end) {
            put(buffer.getByte(position++));
        }
        return this;
    }

    /** Adds the low eight bits of each character. */
    public SipHash put(CharSequence ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            put((byte) ascii.charAt(i));
        }
        return this;
    }

    public SipHash end() {
        compress(tail | (long) length << LENGTH_SHIFT);
        v2 ^= 0xee;
        rounds(FINALIZATION_ROUNDS);
        first = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        rounds(FINALIZATION_ROUNDS);
        second = v0 ^ v1 ^ v2 ^ v3;
        return this;
    }

    public long first() {
        return first;
    }

    public long second() {
        return second;
    }

    private void compress(long word) {
        v3 ^= word;
        rounds(COMPRESSION_ROUNDS);
        v0 ^= word;
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
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
    }
}
