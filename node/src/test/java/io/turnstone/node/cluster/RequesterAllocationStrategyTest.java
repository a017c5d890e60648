package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

class RequesterAllocationStrategyTest {
    private static final int CLAIMS = 16;
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final RequesterAllocationStrategy strategy = new RequesterAllocationStrategy(CLAIMS);
    private final ActorRef first = Adapter.toClassic(KIT.createTestProbe().getRef());
    private final ActorRef second = Adapter.toClassic(KIT.createTestProbe().getRef());

    @AfterAll
    static void stopTheKit() {
        KIT.shutdownTestKit();
    }

    @Test
    void shouldGiveAShardToWhoAsks() {
        assertThat(now(strategy.allocateShard(second, "7", allocations(0, 0)))).isEqualTo(second);
    }

    @Test
    void shouldMoveNothingToEvenOutTheLoad() {
        assertThat(now(strategy.rebalance(allocations(900, 0), Set.of()))).isEmpty();
    }

    @Test
    void shouldReturnSomeOfTheRichestWhenFewShardsAreFree() {
        Set<String> returned = now(strategy.rebalance(allocations(100, 805), Set.of()));

        assertThat(returned).containsExactlyInAnyOrder("116", "117", "118", "119", "120");
        assertThat(now(strategy.rebalance(allocations(200, 800), Set.of()))).hasSize(20);
    }

    @Test
    void shouldReturnNothingWhileShardsAreClosing() {
        assertThat(now(strategy.rebalance(allocations(500, 500), Set.of("1")))).isEmpty();
    }

    private Map<ActorRef, IndexedSeq<String>> allocations(int firstCount, int secondCount) {
        Map<ActorRef, IndexedSeq<String>> allocations = new LinkedHashMap<>();
        allocations.put(first, shards(0, firstCount));
        allocations.put(second, shards(firstCount, secondCount));
        return allocations;
    }

    private static IndexedSeq<String> shards(int from, int count) {
        List<String> names = IntStream.range(from, from + count).mapToObj(Integer::toString).toList();
        return CollectionConverters.asScala(names).toIndexedSeq();
    }

    private static <T> T now(Future<T> done) {
        return done.value().get().get();
    }
}
