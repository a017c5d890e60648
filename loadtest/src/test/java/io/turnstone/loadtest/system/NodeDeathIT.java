package io.turnstone.loadtest.system;

import io.turnstone.loadtest.bed.BalancerForm;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One of three nodes is killed under load: behind a stateless balancer with a relay address that all share and plain
 * peers, behind connection tracking with a relay address each and calls between relays.
 */
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
        FailoverPlan plan = FailoverPlan.of(name, NODES).behind(balancer);
        boolean stateless = balancer == BalancerForm.STATELESS;
        FailoverSeries
            .run(stateless ? plan.relaying("shared", PEER_PERCENT) : plan, form, run -> run.nodes().kill(KILLED))
            .assertNothingLost()
            .assertFailoverGaps();
    }
}
