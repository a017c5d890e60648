package io.turnstone.node.cluster;

import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * Which shards this node hosts, and which it asks for next: a pure machine that {@link ShardClaimsActor} drives. It
 * walks through all shards in an order of its own, so that nodes seldom ask for the same one, and asks for a quarter
 * more than it misses, since some will turn out to be another's. A shard that was asked for and is not here after
 * {@link #ANSWER_WITHIN_MS} is taken to be another's. {@link #hosted()} may be called by any thread.
 */
final class ShardClaims {
    static final long ANSWER_WITHIN_MS = 500;

    private final int wanted;
    private final int[] order;
    private final BitSet hostedShards = new BitSet(Shards.COUNT);
    private final BitSet asked = new BitSet(Shards.COUNT);
    private volatile int[] hosted = {};
    private long askedUntilMs;
    private int next;

    ShardClaims(int wanted, RandomGenerator random) {
        this.wanted = wanted;
        this.order = shuffled(random);
    }

    /** The shards to ask for now; empty while enough are hosted or an answer is awaited. */
    int[] ask(long nowMs) {
        int missing = wanted - hosted.length;
        if (missing <= 0 || (!asked.isEmpty() && nowMs < askedUntilMs)) {
            return new int[0];
        }
        asked.clear();
        askedUntilMs = nowMs + ANSWER_WITHIN_MS;
        int count = missing + (missing + 3) / 4;
        for (int tried = 0; tried < order.length && asked.cardinality() < count; tried++) {
            int shard = order[next];
            next = (next + 1) % order.length;
            if (!hostedShards.get(shard)) {
                asked.set(shard);
            }
        }
        return asked.stream().toArray();
    }

    void opened(int shard) {
        asked.clear(shard);
        hostedShards.set(shard);
        hosted = hostedShards.stream().toArray();
    }

    void closed(int shard) {
        hostedShards.clear(shard);
        hosted = hostedShards.stream().toArray();
    }

    void closedAll() {
        hostedShards.clear();
        hosted = new int[0];
    }

    /** The shards hosted here now, ascending; the caller does not change it. */
    int[] hosted() {
        return hosted;
    }

    boolean isHosted(int shard) {
        return hostedShards.get(shard);
    }

    private static int[] shuffled(RandomGenerator random) {
        int[] shards = new int[Shards.COUNT];
        Arrays.setAll(shards, shard -> shard);
        for (int i = shards.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = shards[i];
            shards[i] = shards[j];
            shards[j] = swapped;
        }
        return shards;
    }
}
