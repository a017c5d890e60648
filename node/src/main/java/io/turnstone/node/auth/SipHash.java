package io.turnstone.node.auth;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012) over a message of exactly 16 octets: a keyed
 * pseudo-random function for short inputs that, unlike {@link javax.crypto.Mac}, allocates nothing. One thread.
 */
final class SipHash {
    static final int KEY_BYTES = 16;

    private static final int COMPRESSION_ROUNDS = 2;
    private static final int FINALIZATION_ROUNDS = 4;
    private static final long LENGTH_WORD = 16L << 56;

    private final long key0;
    private final long key1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long first;
    private long second;

    /** @param key at least {@value #KEY_BYTES} octets; the rest is not used */
    SipHash(byte[] key) {
        ByteBuffer words = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
        this.key0 = words.getLong(0);
        this.key1 = words.getLong(Long.BYTES);
    }

    /** Hashes two little-endian words; the result stands in {@link #first} and {@link #second}. */
    void hash(long message0, long message1) {
        v0 = 0x736f_6d65_7073_6575L ^ key0;
        v1 = 0x646f_7261_6e64_6f6dL ^ key1 ^ 0xee;
        v2 = 0x6c79_6765_6e65_7261L ^ key0;
        v3 = 0x7465_6462_7974_6573L ^ key1;
        compress(message0);
        compress(message1);
        compress(LENGTH_WORD);
        v2 ^= 0xee;
        rounds(FINALIZATION_ROUNDS);
        first = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        rounds(FINALIZATION_ROUNDS);
        second = v0 ^ v1 ^ v2 ^ v3;
    }

    long first() {
        return first;
    }

    long second() {
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
