package io.turnstone.loadtest.system;

import io.turnstone.loadtest.bed.BalancerForm;
import java.util.List;

/**
 * The cluster that a fault is done to.
 *
 * @param name of the test, in its artefacts and its table
 * @param hosts relay hosts of the bed
 * @param started how many of them run a node at first
 * @param peerPercent of the flows that go to a plain peer; 0 where nobody can take over the peer's side
 * @param flags for every node
 */
record FailoverPlan(String name, int hosts, int started, BalancerForm balancer, String relayMode, int peerPercent,
    List<String> flags) {

    static FailoverPlan of(String name, int nodes) {
        return new FailoverPlan(name, nodes, nodes, BalancerForm.STATELESS, "node", 0, List.of());
    }

    FailoverPlan starting(int first) {
        return new FailoverPlan(name, hosts, first, balancer, relayMode, peerPercent, flags);
    }

    FailoverPlan behind(BalancerForm otherBalancer) {
        return new FailoverPlan(name, hosts, started, otherBalancer, relayMode, peerPercent, flags);
    }

    FailoverPlan relaying(String otherMode, int otherPeerPercent) {
        return new FailoverPlan(name, hosts, started, balancer, otherMode, otherPeerPercent, flags);
    }

    FailoverPlan with(String... otherFlags) {
        return new FailoverPlan(name, hosts, started, balancer, relayMode, peerPercent, List.of(otherFlags));
    }
}
