package io.turnstone.loadtest.system;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One of three nodes stands still for five seconds and goes on, not knowing that it did. */
@Timeout(240)
class FrozenNodeIT {
    private static final long FROZEN_MS = 5_000;
    private static final int NODES = 3;
    private static final int FROZEN = 1;

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @Test
    void shouldLoseNothingWhenANodeIsFrozen() {
        freeze(FailoverForm.SHORT);
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldLoseNothingWhenANodeIsFrozenTenTimes() {
        freeze(FailoverForm.FULL);
    }

    private static void freeze(FailoverForm form) {
        FailoverSeries
            .run(FailoverPlan.of("frozen-node", NODES).within(GapLimits.FAILOVER), form, FrozenNodeIT::freezeAndThaw)
            .assertNothingLost()
            .assertGaps();
    }

    private static void freezeAndThaw(FailoverRun run) {
        run.nodes().freeze(FROZEN);
        Steps.letFlow(FROZEN_MS);
        run.nodes().thaw(FROZEN);
    }
}
