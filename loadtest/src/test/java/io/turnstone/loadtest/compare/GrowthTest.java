package io.turnstone.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.relay.RelaySample;
import io.turnstone.loadtest.relay.RelayTarget;
import io.turnstone.loadtest.relay.Rounds;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class GrowthTest {
    private static Rounds.Result result(String name, double... secondsPerMillion) {
        return new Rounds.Result(RelayTarget.bareRelay(name, Loopback.ipv4(1), 1),
            Arrays.stream(secondsPerMillion)
                .mapToObj(cost -> new RelaySample(2, 1_000_000, 1_000_000, new Histogram(3), cost, 0, 0))
                .toList());
    }

    @Test
    void shouldTellGrowthOfMediansAlsoBeyondThatOfTheLastServer() {
        Growth server = new Growth(result("server", 4, 3, 5), result("server", 5, 4.9, 5.1));
        Growth least = new Growth(result("least", 2), result("least", 2.2));

        assertThat(Growth.table(100, 10_000, List.of(server, least)).lines().skip(2)).containsExactly(
            "| server | 4.00 (3.00–5.00) | 5.00 (4.90–5.10) | +25.0 %, +1.00 µs | +15.0 %, +0.80 µs | 500000, 500000 | 0.000 %, 0.000 % |",
            "| least | 2.00 (2.00–2.00) | 2.20 (2.20–2.20) | +10.0 %, +0.20 µs | +0.0 %, +0.00 µs | 500000, 500000 | 0.000 %, 0.000 % |");
    }
}
