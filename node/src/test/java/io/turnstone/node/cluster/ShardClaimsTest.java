package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShardClaimsTest {
    private static final int WANTED = 16;

    private final ShardClaims claims = new ShardClaims(WANTED, new SplittableRandom(7));

    @Test
    void shouldAskForAQuarterMoreThanIsMissing() {
        assertThat(claims.ask(0)).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void shouldNotAskWhileAnswersAreAwaited() {
        claims.ask(0);

        assertThat(claims.ask(ShardClaims.ANSWER_WITHIN_MS - 1)).isEmpty();
        assertThat(claims.ask(ShardClaims.ANSWER_WITHIN_MS)).hasSize(20);
    }

    @Test
    void shouldNotAskWhenEnoughAreHosted() {
        open(claims.ask(0), WANTED);

        assertThat(claims.ask(10_000)).isEmpty();
        assertThat(claims.hosted()).hasSize(WANTED).isSorted();
    }

    @Test
    void shouldAskForOthersWhenSomeAreLost() {
        int[] first = claims.ask(0);
        open(first, first.length);
        for (int i = 0; i < 8; i++) {
            claims.closed(first[i]);
        }

        int[] again = claims.ask(10_000);

        assertThat(again).hasSize(5);
        assertThat(claims.hosted()).hasSize(12).doesNotContain(again);
    }

    @Test
    void shouldReachEveryFreeShardWhenAlmostAllAreOthers() {
        Set<Integer> free = Set.of(3, 77, 500, 999);
        long nowMs = 0;
        while (claims.hosted().length < free.size() && nowMs < 60 * ShardClaims.ANSWER_WITHIN_MS) {
            for (int shard : claims.ask(nowMs)) {
                if (free.contains(shard)) {
                    claims.opened(shard);
                }
            }
            nowMs += ShardClaims.ANSWER_WITHIN_MS;
        }

        assertThat(claims.hosted()).containsExactly(3, 77, 500, 999);
    }

    @Test
    void shouldHostNothingWhenAllIsClosed() {
        open(claims.ask(0), WANTED);

        claims.closedAll();

        assertThat(claims.hosted()).isEmpty();
        assertThat(claims.ask(10_000)).hasSize(20);
    }

    @Test
    void shouldMintIdsOfTheShardThatAreNoAnchors() {
        SplittableRandom random = new SplittableRandom(11);
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            int shard = i % Shards.COUNT;
            long id = Shards.mint(shard, random);
            assertThat(Shards.shardOf(id)).isEqualTo(shard);
            assertThat(Shards.isAnchor(id)).isFalse();
            assertThat(Shards.idOf(Shards.entityId(id))).isEqualTo(id);
            ids.add(id);
        }
        assertThat(ids).hasSize(10_000);
    }

    private void open(int[] shards, int count) {
        for (int i = 0; i < count; i++) {
            claims.opened(shards[i]);
        }
    }
}
