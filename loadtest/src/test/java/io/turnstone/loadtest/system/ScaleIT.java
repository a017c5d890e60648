package io.turnstone.loadtest.system;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes are added under load, so that the balancer moves flows between living ones, and are taken away again. */
@Timeout(300)
class ScaleIT {
    private static final double LOSS_PERCENT_MAX = 0.1;
    private static final long STOP_SECONDS_MAX = 60;
    private static final int FEW = 2;
    private static final int MANY = 5;

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @Test
    void shouldLoseNothingFromTwoToFiveAndBack() {
        scale(FailoverForm.SHORT);
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldLoseNothingFromTwoToFiveAndBackTenTimes() {
        scale(FailoverForm.FULL.startingQuickly());
    }

    private static void scale(FailoverForm form) {
        FailoverSeries.run(FailoverPlan.of("scale", MANY).starting(FEW), form, ScaleIT::outAndIn)
            .assertNothingLost()
            .assertLoss(LOSS_PERCENT_MAX);
    }

    private static void outAndIn(FailoverRun run) {
        for (int node = FEW + 1; node <= MANY; node++) {
            run.nodes().launch(node);
            run.nodes().awaitReady(node);
        }
        run.bed().awaitBalanced(MANY);
        for (int node = MANY; node > FEW; node--) {
            run.nodes().stop(node, STOP_SECONDS_MAX);
        }
    }
}
