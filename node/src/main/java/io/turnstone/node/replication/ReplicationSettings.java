package io.turnstone.node.replication;

/**
 * Immutable, any thread.
 *
 * @param acknowledgements how many other nodes must hold a record before its author may speak of it, 1 or 2
 * @param digestIntervalMs how often each pair of nodes compares what it holds
 * @param tombstoneMs how long a withdrawn record is remembered at least; beyond that until its own deadline
 * @param messageBytesMax how much is put into one message of a repair
 * @param listedMax a bucket that differs and holds no more is listed at once, since the digests of its leaves would be no
 *     shorter
 */
public record ReplicationSettings(int acknowledgements, long digestIntervalMs, long tombstoneMs,
    int messageBytesMax, int listedMax) {
    public static final ReplicationSettings DEFAULT = new ReplicationSettings(1, 1_000, 40_000, 32 * 1024, 16);
}
