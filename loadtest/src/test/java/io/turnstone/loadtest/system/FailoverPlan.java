package io.turnstone.loadtest.system;

import io.turnstone.loadtest.bed.BalancerForm;
import java.util.List;

/**
 * The cluster that a fault is done to, and when.
 *
 * @param name of the test, in its artefacts and its table
 * @param hosts relay hosts of the bed
 * @param started how many of them run a node at first
 * @param peerPercent of the flows that go to a plain peer; 0 where nobody can take over the peer's side
 * @param early whether the fault comes while allocations are still being made, not while they are held
 * @param gaps that the fault may cost
 * @param flags for every node
 */
record FailoverPlan(String name, int hosts, int started, BalancerForm balancer, String relayMode, int peerPercent,
    boolean early, GapLimits gaps, List<String> flags) {

    /** Nodes behind a stateless balancer, each with a relay address of its own, and no plain peers. */
    static FailoverPlan of(String name, int nodes) {
        return new FailoverPlan(name, nodes, nodes, BalancerForm.STATELESS, "node", 0, false, GapLimits.NONE,
            List.of());
    }

    FailoverPlan starting(int first) {
        return new FailoverPlan(name, hosts, first, balancer, relayMode, peerPercent, early, gaps, flags);
    }

    FailoverPlan behind(BalancerForm otherBalancer) {
        return new FailoverPlan(name, hosts, started, otherBalancer, relayMode, peerPercent, early, gaps, flags);
    }

    FailoverPlan relaying(String otherMode, int otherPeerPercent) {
        return new FailoverPlan(name, hosts, started, balancer, otherMode, otherPeerPercent, early, gaps, flags);
    }

    FailoverPlan whileMaking() {
        return new FailoverPlan(name, hosts, started, balancer, relayMode, peerPercent, true, gaps, flags);
    }

    FailoverPlan within(GapLimits limits) {
        return new FailoverPlan(name, hosts, started, balancer, relayMode, peerPercent, early, limits, flags);
    }

    FailoverPlan with(String... otherFlags) {
        return new FailoverPlan(name, hosts, started, balancer, relayMode, peerPercent, early, gaps,
            List.of(otherFlags));
    }
}
