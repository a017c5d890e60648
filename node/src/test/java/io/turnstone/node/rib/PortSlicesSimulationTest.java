package io.turnstone.node.rib;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever nodes and network do, no port is given to two allocations that live at the same time. */
class PortSlicesSimulationTest {
    /** Those that once failed are the last ones. */
    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 100), LongStream.of(1_490));
    }

    static LongStream manySeeds() {
        return LongStream.range(100, 5_000);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldNeverGiveAPortToTwoAllocations(long seed) {
        new SimulatedSliceCluster(seed).run();
    }

    @Tag("full")
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("manySeeds")
    void shouldNeverGiveAPortToTwoAllocationsWhateverTheSeed(long seed) {
        new SimulatedSliceCluster(seed).run();
    }
}
