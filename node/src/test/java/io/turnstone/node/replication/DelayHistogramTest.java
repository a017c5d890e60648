package io.turnstone.node.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelayHistogramTest {
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "2, 2", "4, 5", "50, 50", "51, 75", "5000, 5000", "5001, Infinity"})
    void shouldCountADelayInTheClassWhoseUpperBoundItDoesNotExceed(long delayMs, double upperMs) {
        DelayHistogram histogram = new DelayHistogram();
        histogram.record(delayMs);
        for (int i = 0; i < histogram.size(); i++) {
            assertThat(histogram.count(i)).isEqualTo(histogram.upperMs(i) == upperMs ? 1 : 0);
        }
    }

    @Test
    void shouldSumDelays() {
        DelayHistogram histogram = new DelayHistogram();
        histogram.record(3);
        histogram.record(40);
        assertThat(histogram.totalMs()).isEqualTo(43);
    }
}
