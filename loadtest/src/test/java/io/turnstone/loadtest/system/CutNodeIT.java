package io.turnstone.loadtest.system;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The switch drops all that one of three nodes sends or should get, for ten seconds. */
@Timeout(240)
class CutNodeIT {
    private static final double MEDIAN_MS_MAX = 600;
    private static final double WORST_MS_MAX = 1_000;
    private static final long CUT_MS = 10_000;
    private static final int NODES = 3;
    private static final int CUT = 1;

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @Test
    void shouldLoseNothingWhenANodeIsCutOff() {
        cut(FailoverForm.SHORT);
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldLoseNothingWhenANodeIsCutOffTenTimes() {
        cut(FailoverForm.FULL);
    }

    private static void cut(FailoverForm form) {
        FailoverSeries.run(FailoverPlan.of("cut-node", NODES), form, CutNodeIT::cutAndHeal)
            .assertNothingLost()
            .assertGaps(MEDIAN_MS_MAX, WORST_MS_MAX);
    }

    private static void cutAndHeal(FailoverRun run) {
        run.bed().cut(CUT);
        Steps.letFlow(CUT_MS);
        run.bed().heal();
    }
}
