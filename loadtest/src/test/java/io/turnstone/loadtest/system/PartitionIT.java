package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.loadtest.bed.RelayNodes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three of five nodes cannot hear the other two, while clients reach all of them; then they can again. */
@Timeout(300)
class PartitionIT {
    private static final List<Integer> MAJORITY = List.of(1, 2, 3);
    private static final List<Integer> MINORITY = List.of(4, 5);
    private static final Duration CONVERGED_MAX = Duration.ofSeconds(5);
    /** Five JVMs on a machine that builds at the same time take longer. */
    private static final Duration CONVERGED_MAX_SHORT = Duration.ofSeconds(20);
    private static final double GAP_MS_MAX = 1_000;
    private static final int NODES = 5;

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @Test
    void shouldKeepFlowsOnBothSidesAndAgreeAfterwards() {
        partition(FailoverForm.SHORT, 14_000, CONVERGED_MAX_SHORT);
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldKeepFlowsOnBothSidesAndAgreeAfterwardsTenTimes() {
        partition(FailoverForm.FULL, 30_000, CONVERGED_MAX);
    }

    private static void partition(FailoverForm form, long ms, Duration convergedMax) {
        FailoverSeries.run(FailoverPlan.of("partition", NODES), form, run -> {
            run.bed().partition(MAJORITY, MINORITY);
            Steps.letFlow(ms);
            run.bed().heal();
            await().atMost(convergedMax)
                .pollInterval(Duration.ofMillis(250))
                .untilAsserted(
                    () -> assertAgreement(run.nodes(), form.allocations()));
        }).assertNothingLost().assertGaps(GAP_MS_MAX, GAP_MS_MAX);
    }

    /** Every node knows every route, and all name the same home for it. */
    private static void assertAgreement(RelayNodes nodes, int allocations) {
        Map<String, String> first = nodes.homes(1);
        assertThat(first).hasSize(allocations);
        for (int node = 2; node <= NODES; node++) {
            assertThat(nodes.homes(node)).as("homes that node %d knows", node).isEqualTo(first);
        }
    }
}
