package io.turnstone.loadtest.system;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes die: at once, or one after the other has come back. */
@Timeout(300)
class TwoDeathsIT {
    private static final int FIVE = 5;
    private static final int THREE = 3;

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @Test
    void shouldKeepEvenTheYoungestAllocationsWithTwoAcknowledgements() {
        twoAtOnceWhileMaking(FailoverForm.SHORT);
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldKeepEvenTheYoungestAllocationsWithTwoAcknowledgementsTenTimes() {
        twoAtOnceWhileMaking(FailoverForm.FULL);
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldLoseNothingWhenTwoOfFiveDieAtOnceTenTimes() {
        twoAtOnce(FailoverForm.FULL);
    }

    @Test
    void shouldLoseNothingWhenAnotherDiesAsSoonAsTheFirstIsReadyAgain() {
        oneAfterTheOther(FailoverForm.SHORT);
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldLoseNothingWhenAnotherDiesAsSoonAsTheFirstIsReadyAgainTenTimes() {
        oneAfterTheOther(FailoverForm.FULL);
    }

    private static void twoAtOnce(FailoverForm form) {
        FailoverSeries
            .run(FailoverPlan.of("two-deaths-at-once", FIVE).within(GapLimits.FAILOVER), form, TwoDeathsIT::killTwo)
            .assertNothingLost()
            .assertGaps();
    }

    /** An allocation counts from the answer on, however young it is. */
    private static void twoAtOnceWhileMaking(FailoverForm form) {
        FailoverPlan plan = FailoverPlan.of("two-deaths-while-making", FIVE)
            .with("--set", "cluster.acknowledgements=2")
            .whileMaking();
        FailoverSeries.run(plan, form, TwoDeathsIT::killTwo).assertNothingLost();
    }

    private static void killTwo(FailoverRun run) {
        run.nodes().kill(1);
        run.nodes().kill(2);
    }

    private static void oneAfterTheOther(FailoverForm form) {
        FailoverSeries.run(FailoverPlan.of("two-deaths-in-turn", THREE), form, run -> {
            run.nodes().kill(1);
            run.nodes().launch(1);
            run.nodes().awaitReady(1);
            run.nodes().kill(2);
        }).assertNothingLost();
    }
}
