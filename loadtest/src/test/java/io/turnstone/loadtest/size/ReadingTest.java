package io.turnstone.loadtest.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.size.Point.Load;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReadingTest {
    private static final double FOREVER = Double.POSITIVE_INFINITY;

    private static Reading reading(double atSeconds, double cpuSeconds, double bytes, Map<Double, Double> lag,
        long changed) {
        return new Reading(atSeconds, cpuSeconds, bytes, new TreeMap<>(lag), changed, 0, atSeconds, 2 * atSeconds);
    }

    @Test
    void shouldTakeLagFromWhatHappenedBetweenTheReadings() {
        Reading before = reading(0, 0, 0, Map.of(0.001, 1_000.0, 0.05, 1_000.0, FOREVER, 1_000.0), 0);
        Reading after = reading(10, 0, 0, Map.of(0.001, 1_050.0, 0.05, 1_099.0, FOREVER, 1_100.0), 0);
        Reading between = after.since(before);
        assertThat(between.lagMs(0.5)).isEqualTo(1);
        assertThat(between.lagMs(0.99)).isEqualTo(50);
        assertThat(between.lagMs(0.995)).isEqualTo(FOREVER);
    }

    @Test
    void shouldChargeChangesOnlyWithWhatTheNodesDoNotNeedAtRest() {
        Reading rest = reading(10, 1, 1_000, Map.of(), 0);
        Reading load = reading(20, 12, 102_000, Map.of(), 10_000);
        Load cost = Load.of(500, load, rest, 3);
        assertThat(cost.perSecond()).isEqualTo(500);
        assertThat(cost.cpuMsPerChange()).isEqualTo(1);
        assertThat(cost.bytesPerChange()).isEqualTo(10);
        assertThat(cost.cpuPercent()).isEqualTo(20);
        assertThat(cost.idlePercent()).isEqualTo(50);
    }
}
