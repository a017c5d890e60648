package io.turnstone.node.cluster;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;

/**
 * How an id leads to its shard: {@code unsigned id mod 1000}. Part of the wire, so it never changes. The ids below 1000
 * are no allocations but the {@link ShardAnchor}s of the shards with the same numbers. Any thread.
 */
public final class Shards {
    public static final int COUNT = 1_000;

    /** Each quotient below this one makes an id in every shard without overflow. */
    private static final long QUOTIENT_LIMIT = Long.divideUnsigned(-1L, COUNT);

    private Shards() {}

    public static int shardOf(long id) {
        return (int) Long.remainderUnsigned(id, COUNT);
    }

    /** A new id in {@code shard}: 54 random bits, so that two nodes never mint the same one. */
    static long mint(int shard, RandomGenerator random) {
        return random.nextLong(1, QUOTIENT_LIMIT) * COUNT + shard;
    }

    static boolean isAnchor(long id) {
        return Long.compareUnsigned(id, COUNT) < 0;
    }

    static String entityId(long id) {
        return HexFormat.of().toHexDigits(id);
    }

    static long idOf(String entityId) {
        return HexFormat.fromHexDigitsToLong(entityId);
    }

    static <M> ShardingMessageExtractor<ShardingEnvelope<M>, M> extractor() {
        return new ShardingMessageExtractor<>() {
            @Override
            public String entityId(ShardingEnvelope<M> envelope) {
                return envelope.entityId();
            }

            @Override
            public String shardId(String entityId) {
                return Integer.toString(shardOf(idOf(entityId)));
            }

            @Override
            public M unwrapMessage(ShardingEnvelope<M> envelope) {
                return envelope.message();
            }
        };
    }
}
