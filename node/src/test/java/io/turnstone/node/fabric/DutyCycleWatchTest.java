package io.turnstone.node.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DutyCycleWatchTest {
    private static final long START_NS = Long.MAX_VALUE - 5;

    private final DutyCycleWatch watch = new DutyCycleWatch(START_NS);

    @Test
    void shouldReportTheWorstPauseOnce() {
        turns(100);
        watch.onTurn(after(180));
        watch.onTurn(after(190));
        assertThat(watch.reportLatenessMs()).isEqualTo(80);
        watch.onTurn(after(195));
        assertThat(watch.reportLatenessMs()).isEqualTo(5);
    }

    private void turns(long untilMs) {
        for (long ms = 0; ms <= untilMs; ms += 10) {
            watch.onTurn(after(ms));
        }
    }

    private static long after(long milliseconds) {
        return START_NS + TimeUnit.MILLISECONDS.toNanos(milliseconds);
    }
}
