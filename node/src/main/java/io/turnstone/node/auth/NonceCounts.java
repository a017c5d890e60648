package io.turnstone.node.auth;

import org.agrona.DirectBuffer;

/**
 * Which nonce counts were used, of the nonces that were seen last (RFC 7616 §3.4). One thread. As a receiver of IPsec
 * does (RFC 4303 §3.4.3), it remembers the highest count of a nonce and which of the {@value #WINDOW} up to that were
 * used, since requests may overtake each other.
 *
 * <p>The memory is small and of this node alone: a nonce that another one has displaced counts as new, and so does one
 * that was used at another node. So whoever overhears a request can use it once more at each node while its nonce is
 * good, for the same method and URI. Nodes would have to ask each other at every request to prevent that; TLS does.
 */
final class NonceCounts {
    private static final int WINDOW = Long.SIZE;
    private static final long FINGERPRINT_FACTOR = 0x9E37_79B9_7F4A_7C15L;

    private final int mask;
    private final long[] fingerprints;
    private final long[] highest;
    /** Bit 0 is the highest count, bit n the one that is lower by n. */
    private final long[] used;

    /** @param slots how many nonces are remembered, a power of two */
    NonceCounts(int slots) {
        if (Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException(slots + " slots are no power of two");
        }
        mask = slots - 1;
        fingerprints = new long[slots];
        highest = new long[slots];
        used = new long[slots];
    }

    /**
     * Notes that a count was used; false if it was before, or is so old that nobody knows.
     *
     * @param start where the nonce begins, one of {@link Nonces}
     */
    boolean use(DirectBuffer buffer, int start, long count) {
        long fingerprint = fingerprint(buffer, start);
        int slot = (int) (fingerprint >>> Integer.SIZE) & mask;
        if (fingerprints[slot] != fingerprint) {
            fingerprints[slot] = fingerprint;
            highest[slot] = count;
            used[slot] = 1;
            return true;
        }
        long ahead = count - highest[slot];
        if (ahead > 0) {
            used[slot] = ahead < WINDOW ? used[slot] << ahead | 1 : 1;
            highest[slot] = count;
            return true;
        }
        long bit = -ahead < WINDOW ? 1L << -ahead : 0;
        boolean fresh = bit != 0 && (used[slot] & bit) == 0;
        used[slot] |= bit;
        return fresh;
    }

    /** The last octets of a nonce are those that nobody can choose. */
    private static long fingerprint(DirectBuffer buffer, int start) {
        long last = buffer.getLong(start + Nonces.LENGTH - Long.BYTES);
        long before = buffer.getLong(start + Nonces.LENGTH - 2 * Long.BYTES);
        return (last * FINGERPRINT_FACTOR ^ before) * FINGERPRINT_FACTOR;
    }
}
