package io.turnstone.node.allocation;

import java.util.random.RandomGenerator;

/**
 * RESERVATION-TOKEN (RFC 8656 §18.9): 64 random bits whose remainder is the shard of the allocation that made the
 * reservation. So any node can mint the second allocation in that shard, where the reserved port is. Any thread.
 */
public final class ReservationToken {
    private ReservationToken() {}

    /** A token that leads to the shard of {@code allocationId}. */
    public static long mint(long allocationId, int shards, RandomGenerator random) {
        long token = random.nextLong() & Long.MAX_VALUE;
        return token - token % shards + Long.remainderUnsigned(allocationId, shards);
    }

    public static int shard(long token, int shards) {
        return (int) Long.remainderUnsigned(token, shards);
    }
}
