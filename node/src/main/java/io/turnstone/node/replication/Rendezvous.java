package io.turnstone.node.replication;

import java.util.Collection;

/**
 * Highest-random-weight order: every node computes the same order of nodes for a key, and the death of one node moves
 * only that node's keys. Pure functions, any thread; the same in every release.
 */
public final class Rendezvous {
    /** No node: incarnations are never zero. */
    public static final long NOBODY = 0;

    private Rendezvous() {}

    /** The first of {@code nodes} in the key's order, or {@link #NOBODY}. */
    public static long first(long key, Collection<Long> nodes) {
        long best = NOBODY;
        for (long node : nodes) {
            if (best == NOBODY || isBefore(key, node, best)) {
                best = node;
            }
        }
        return best;
    }

    /** The first of {@code nodes} that is not {@code excluded}, or {@link #NOBODY}. */
    public static long firstExcept(long key, Collection<Long> nodes, Collection<Long> excluded) {
        long best = NOBODY;
        for (long node : nodes) {
            if (!excluded.contains(node) && (best == NOBODY || isBefore(key, node, best))) {
                best = node;
            }
        }
        return best;
    }

    private static boolean isBefore(long key, long one, long other) {
        int byWeight = Long.compareUnsigned(weight(key, one), weight(key, other));
        return byWeight > 0 || (byWeight == 0 && Long.compareUnsigned(one, other) > 0);
    }

    private static long weight(long key, long node) {
        return mix(key ^ mix(node));
    }

    /** A 64-bit hash of bytes. */
    public static long hash(byte[] bytes) {
        long hash = 0xCBF2_9CE4_8422_2325L;
        for (byte octet : bytes) {
            hash = (hash ^ (octet & 0xFF)) * 0x0000_0100_0000_01B3L;
        }
        return mix(hash);
    }

    /** A bijection in which every bit of the argument changes half the bits of the result. */
    public static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xFF51_AFD7_ED55_8CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CE_B9FE_1A85_EC53L;
        return mixed ^ mixed >>> 33;
    }
}
