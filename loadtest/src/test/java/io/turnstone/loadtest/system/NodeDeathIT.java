package io.turnstone.loadtest.system;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One of three nodes is killed under load. */
@Timeout(240)
class NodeDeathIT {
    private static final double MEDIAN_MS_MAX = 600;
    private static final double WORST_MS_MAX = 1_000;
    private static final int NODES = 3;
    private static final int KILLED = 1;

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @Test
    void shouldKeepCallsBetweenRelaysWhenANodeIsKilled() {
        kill(FailoverForm.SHORT, FailoverPlan.of("node-death-relayed-by-nodes", NODES));
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldKeepCallsBetweenRelaysWhenANodeIsKilledTenTimes() {
        kill(FailoverForm.FULL, FailoverPlan.of("node-death-relayed-by-nodes", NODES));
    }

    private static void kill(FailoverForm form, FailoverPlan plan) {
        FailoverSeries.run(plan, form, run -> run.nodes().kill(KILLED))
            .assertNothingLost()
            .assertGaps(MEDIAN_MS_MAX, WORST_MS_MAX);
    }
}
