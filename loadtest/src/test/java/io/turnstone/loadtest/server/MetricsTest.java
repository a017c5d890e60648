package io.turnstone.loadtest.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = Metrics.parse("""
        # HELP lag_seconds Lag.
        lag_seconds_bucket{le="0.001"} 2
        lag_seconds_bucket{peer="a",le="0.05"} 5
        lag_seconds_bucket{peer="b",le="0.05"} 1
        lag_seconds_bucket{le="+Inf"} 8
        lag_seconds_count 8
        """);

    @Test
    void shouldAddUpTheBucketsOfAHistogramByTheirBound() {
        assertThat(metrics.buckets("lag_seconds"))
            .containsExactly(Map.entry(0.001, 2.0), Map.entry(0.05, 6.0), Map.entry(Double.POSITIVE_INFINITY, 8.0));
    }

    @Test
    void shouldFindNoBucketsOfWhatIsNoHistogram() {
        assertThat(metrics.buckets("lag_seconds_count")).isEmpty();
    }
}
