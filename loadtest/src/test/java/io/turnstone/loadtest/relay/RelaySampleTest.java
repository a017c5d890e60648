package io.turnstone.loadtest.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.turnstone.loadtest.client.Credentials;
import java.net.InetSocketAddress;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class RelaySampleTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.1", 3478);

    private static RelaySample sample(long sent, long delivered, double serverSeconds, double systemSeconds) {
        Histogram roundTripNs = new Histogram(3);
        roundTripNs.recordValue(42_000);
        return new RelaySample(2, sent, delivered, roundTripNs, serverSeconds, systemSeconds, 1);
    }

    private static Rounds.Result result(List<Long> processes, RelaySample... samples) {
        RelayTarget target = new RelayTarget("any", SERVER, SERVER, Credentials.longTerm("a", "b"), processes);
        return new Rounds.Result(target, List.of(samples));
    }

    @Test
    void shouldReckonPerMillionAndPerSecond() {
        RelaySample sample = sample(2_000_000, 1_000_000, 3, 5);
        assertThat(sample.packetsPerSecond()).isEqualTo(500_000);
        assertThat(sample.lossPercent()).isEqualTo(50);
        assertThat(sample.serverSecondsPerMillion()).isEqualTo(3);
        assertThat(sample.systemSecondsPerMillion()).isEqualTo(5);
        assertThat(sample.othersSecondsPerMillion()).isEqualTo(4);
        assertThat(sample.roundTripMicroseconds(50)).isBetween(41.9, 42.1);
    }

    @Test
    void shouldNotCountWhatWasOnItsWayBeforeAsNegativeLoss() {
        assertThat(sample(100, 101, 0, 0).lossPercent()).isZero();
        assertThat(sample(0, 0, 1, 1).lossPercent()).isZero();
    }

    @Test
    void shouldTakeTheMedianOfOddAndEvenRounds() {
        assertThat(Rounds.Spread.of(9, 1, 5)).isEqualTo(new Rounds.Spread(1, 5, 9));
        assertThat(Rounds.Spread.of(4, 1, 2, 9)).isEqualTo(new Rounds.Spread(1, 3, 9));
    }

    @Test
    void shouldTellTheMachinesCostWhereTheServersProcessesAreUnknown() {
        RelaySample sample = sample(1_000_000, 1_000_000, 3, 5);
        assertThat(result(List.of(), sample).cost().median()).isEqualTo(4);
        assertThat(result(List.of(1L), sample).cost().median()).isEqualTo(3);
    }

    @Test
    void shouldTellWhatAPacketCostsBeyondOneThatNoServerRelays() {
        Rounds.Result none = new Rounds.Result(RelayTarget.NONE, List.of(sample(1_000_000, 1_000_000, 0, 3)));
        Rounds.Result first = result(List.of(1L), sample(1_000_000, 1_000_000, 5, 11));
        Rounds.Result second = result(List.of(1L), sample(1_000_000, 1_000_000, 0.1, 4));
        assertThat(Rounds.beyondNone(second, none)).isEqualTo(1);
        assertThat(RelayTable.of(List.of(first, second, none)).lines())
            .anyMatch(line -> line.matches("any +4\\.00 \\(4\\.00-4\\.00\\) +1\\.00 +0\\.13"));
    }

    @Test
    void shouldWriteWhatProgramsCanRead() {
        String json = RelayJson.of(List.of(result(List.of(), sample(10, 10, 1, 1), sample(10, 9, 1, 1))));
        assertThat(ConfigFactory.parseString(json)
            .getConfigList("servers")
            .getFirst()
            .getConfigList("rounds")).hasSize(2);
    }
}
