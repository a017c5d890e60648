package io.turnstone.loadtest.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.client.Loopback;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoldPlanTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 20, 50, 100})
    void shouldGiveThePeerItsShareAmongTheFirstFlowsToo(int percent) {
        HoldPlan plan = plan(percent, HoldPlan.Carrier.MIXED);

        assertThat(IntStream.range(0, 20).filter(plan::isToPeer).count()).isEqualTo(20 * percent / 100);
        assertThat(IntStream.range(0, 1_000).filter(plan::isToPeer).count()).isEqualTo(1_000 * percent / 100);
    }

    @Test
    void shouldMixCarriersWithinEachKindOfFlow() {
        HoldPlan plan = plan(50, HoldPlan.Carrier.MIXED);

        assertThat(IntStream.range(0, 100).filter(plan::isToPeer).filter(plan.carrier()::channelFor).count())
            .isEqualTo(25);
    }

    @Test
    void shouldUseOneCarrierWhereOneIsAskedFor() {
        assertThat(IntStream.range(0, 9)).allMatch(HoldPlan.Carrier.CHANNELS::channelFor);
        assertThat(IntStream.range(0, 9)).noneMatch(HoldPlan.Carrier.INDICATIONS::channelFor);
    }

    private static HoldPlan plan(int peerPercent, HoldPlan.Carrier carrier) {
        return new HoldPlan(Loopback.ipv4(1), Credentials.longTerm("a", "b"), 10, 5, 50, 1, 160, Loopback.ipv4(2),
            peerPercent, carrier, null, 1, 0, List.of());
    }
}
