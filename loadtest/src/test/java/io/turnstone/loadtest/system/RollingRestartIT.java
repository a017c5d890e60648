package io.turnstone.loadtest.system;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every node in turn is stopped in order and started again, as an upgrade does: the stopped one speaks the previous version
 * of the messages between nodes, the started one the current.
 */
@Timeout(420)
class RollingRestartIT {
    private static final GapLimits GAPS = GapLimits.each(200);
    private static final double LOSS_PERCENT_MAX = 0.1;
    private static final long STOP_SECONDS_MAX = 60;
    private static final int NODES = 3;
    private static final String PREVIOUS_VERSION = "-Dturnstone.wire-version=4";

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @Test
    void shouldBeFeltByNoCall() {
        restartAll(FailoverForm.SHORT);
    }

    @Test
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldBeFeltByNoCallTenTimes() {
        restartAll(FailoverForm.FULL.startingQuickly());
    }

    private static void restartAll(FailoverForm form) {
        FailoverSeries
            .run(FailoverPlan.of("rolling-restart", NODES).within(GAPS), form.withJvmOption(PREVIOUS_VERSION), run -> {
                run.nodes().jvmOptions(form.jvmOptions());
                for (int node = 1; node <= NODES; node++) {
                    run.nodes().stop(node, STOP_SECONDS_MAX);
                    run.nodes().launch(node);
                    run.nodes().awaitReady(node);
                    run.bed().awaitBalanced(NODES);
                }
            })
            .assertNothingLost()
            .assertGaps()
            .assertLoss(LOSS_PERCENT_MAX);
    }
}
