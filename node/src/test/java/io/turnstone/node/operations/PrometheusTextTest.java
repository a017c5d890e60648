package io.turnstone.node.operations;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    @Test
    void shouldWriteAHistogramWithCountsThatAddUp() {
        PrometheusText text = new PrometheusText();
        text.histogram("lag_seconds", "Lag.", new double[]{0.001, 0.05, Double.POSITIVE_INFINITY},
            new long[]{2, 3, 1}, 0.4);
        assertThat(text.write()).contains(
            "turnstone_lag_seconds_bucket{le=\"0.001\"} 2\n",
            "turnstone_lag_seconds_bucket{le=\"0.05\"} 5\n",
            "turnstone_lag_seconds_bucket{le=\"+Inf\"} 6\n",
            "turnstone_lag_seconds_count 6\n",
            "turnstone_lag_seconds_sum 0.4\n");
    }
}
