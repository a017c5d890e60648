package io.turnstone.node.allocation;

import java.util.random.RandomGenerator;

/**
 * RESERVATION-TOKEN (RFC 8656 §18.9): the shard of the allocation that made the reservation in the first two octets, then
 * six that cannot be guessed. So any node can mint the second allocation in that shard, where the reserved port is.
 */
public final class ReservationToken {
    private static final int SHARD_SHIFT = 48;

    private ReservationToken() {}

    /** @param random unpredictable */
    public static long mint(long allocationId, RandomGenerator random) {
        return (long) Allocations.shardOf(allocationId) << SHARD_SHIFT | random.nextLong() >>> Short.SIZE;
    }

    /** Below {@link Allocations#SHARDS} unless somebody made the token up. */
    static int shard(long token) {
        return (int) (token >>> SHARD_SHIFT);
    }
}
