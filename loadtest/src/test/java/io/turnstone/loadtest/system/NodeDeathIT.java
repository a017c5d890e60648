package io.turnstone.loadtest.system;

import io.turnstone.loadtest.bed.BalancerForm;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One of three nodes, which share a relay address, is killed under calls between relays and to plain peers. */
@Timeout(240)
class NodeDeathIT {
    private static final int NODES = 3;
    private static final int KILLED = 1;
    private static final int PEER_PERCENT = 50;

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepEveryCall(BalancerForm balancer) {
        kill(FailoverForm.SHORT, balancer);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("full")
    @Tag("failover")
    @Timeout(3_600)
    void shouldKeepEveryCallTenTimes(BalancerForm balancer) {
        kill(FailoverForm.FULL, balancer);
    }

    private static void kill(FailoverForm form, BalancerForm balancer) {
        String name = "node-death-" + balancer.name().toLowerCase(Locale.ROOT);
        FailoverPlan plan = FailoverPlan.of(name, NODES)
            .behind(balancer)
            .relaying("shared", PEER_PERCENT)
            .within(GapLimits.FAILOVER);
        FailoverSeries.run(plan, form, run -> run.nodes().kill(KILLED))
            .assertNothingLost()
            .assertGaps();
    }
}
