package io.turnstone.node.rib;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole clusters of three to five nodes with joins, crashes, partitions, pauses, broken streams and duplicated messages; the
 * invariants are checked after every event. The seed is the test's name: run that one case to repeat it. Every eighth
 * seed lives for eight minutes, past tombstones, permissions and partitions that membership has noticed; two of eight
 * have clients that move all the time.
 */
class ClusterSimulationTest {
    private static final int SEEDS = 200;
    private static final int SEEDS_FULL = 10_000;

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    static LongStream moreSeeds() {
        return LongStream.range(SEEDS, SEEDS_FULL);
    }

    static void simulate(long seed) {
        SimulatedTempo tempo = SimulatedTempo.of(seed);
        SimulatedCluster cluster = new SimulatedCluster(seed, tempo);
        cluster.run(tempo.firstMs());
        cluster.run(tempo.secondMs());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldKeepItsPromises(long seed) {
        simulate(seed);
    }

    @Tag("full")
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("moreSeeds")
    void shouldKeepItsPromisesUnderManySeeds(long seed) {
        simulate(seed);
    }
}
