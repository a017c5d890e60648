package io.turnstone.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private long nowNs = 1;

    /** The pause after thirty turns, a millisecond each. */
    private long pauseAt(Gathering gathering, int datagramsPerMs) {
        long pauseNs = 0;
        for (int i = 0; i < 30; i++) {
            gathering.delivered(datagramsPerMs);
            nowNs += MS;
            pauseNs = gathering.pauseNs(nowNs);
        }
        return pauseNs;
    }

    @Test
    void shouldWaitOnlyWhileDatagramsComeOften() {
        Gathering gathering = new Gathering(MS);
        assertThat(pauseAt(gathering, 1)).isZero();
        assertThat(pauseAt(gathering, 10)).isBetween(MS / 2, MS - 1);
        assertThat(pauseAt(gathering, 0)).isZero();
    }

    @Test
    void shouldCountWithTheBudgetNotTheRateAlone() {
        assertThat(pauseAt(new Gathering(MS / 4), 5)).isZero();
        assertThat(pauseAt(new Gathering(MS / 2), 5)).isPositive();
    }
}
