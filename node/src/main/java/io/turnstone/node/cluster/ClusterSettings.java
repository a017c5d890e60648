package io.turnstone.node.cluster;

import java.util.List;

/**
 * What the cluster part needs to know, already checked by the settings of the process. Immutable, any thread.
 *
 * @param host of this member, as the others reach it
 * @param port of Artery; 0 takes a free one, which is of use only without seeds
 * @param seeds HOST:PORT of members to join, the first of which may found the cluster; empty = a cluster of one
 * @param membersMax how many members the cluster may have; one more is refused when it joins
 * @param shardClaims how many shards this node holds before it is ready
 * @param failureTimes when a silent member loses its allocations
 */
public record ClusterSettings(String host, int port, List<String> seeds, int membersMax, int shardClaims,
    FailureTimes failureTimes) {

    public static final int DEFAULT_SHARD_CLAIMS = 16;
    public static final int DEFAULT_MEMBERS_MAX = 16;

    /**
     * The slower of the two clocks of failure: it moves ownership, not packets. A dead member's allocations answer
     * elsewhere after about the sum of all three, and half a second.
     *
     * @param heartbeatIntervalMs between two heartbeats
     * @param acceptablePauseMs without one before a member counts as unreachable
     * @param stableAfterMs for which nothing may change before the unreachable are removed
     * @param foundAloneAfterMs for which a first seed waits for other seeds that are there but do not answer
     */
    public record FailureTimes(long heartbeatIntervalMs, long acceptablePauseMs, long stableAfterMs,
        long foundAloneAfterMs) {
        /** About 2 s, for one machine or a quiet network. */
        public static final FailureTimes FAST = new FailureTimes(100, 400, 1_000, 20_000);
        /** 3 to 5 s. */
        public static final FailureTimes BALANCED = new FailureTimes(200, 1_000, 1_500, 20_000);
        /** About 47 s, for networks that often lose contact. */
        public static final FailureTimes PATIENT = new FailureTimes(1_000, 20_000, 25_000, 60_000);
    }

    public ClusterSettings {
        seeds = List.copyOf(seeds);
    }

    /** A cluster of one on this machine, on a free port. */
    public static ClusterSettings alone() {
        return new ClusterSettings(
            "127.0.0.1",
            0,
            List.of(),
            DEFAULT_MEMBERS_MAX,
            DEFAULT_SHARD_CLAIMS,
            FailureTimes.BALANCED);
    }
}
