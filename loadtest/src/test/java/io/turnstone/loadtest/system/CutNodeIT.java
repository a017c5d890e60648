package io.turnstone.loadtest.system;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The switch drops all that one of three nodes sends or should get, for some seconds. */
@Timeout(240)
class CutNodeIT {
    private static final int NODES = 3;
    private static final int CUT = 1;

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @Test
    void shouldLoseNothingWhenANodeIsCutOff() {
        cut(FailoverForm.SHORT, 5_000);
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldLoseNothingWhenANodeIsCutOffTenTimes() {
        cut(FailoverForm.FULL, 10_000);
    }

    private static void cut(FailoverForm form, long ms) {
        FailoverSeries.run(FailoverPlan.of("cut-node", NODES).within(GapLimits.FAILOVER), form, run -> {
            run.bed().cut(CUT);
            Steps.letFlow(ms);
            run.bed().heal();
        }).assertNothingLost().assertGaps();
    }
}
