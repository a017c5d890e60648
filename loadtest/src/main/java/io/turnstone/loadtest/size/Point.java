package io.turnstone.loadtest.size;

import java.util.List;
import java.util.Optional;

/**
 * What was measured with one number of allocations.
 *
 * @param setUpSeconds until all allocations had their channel
 * @param restCpuPercent of a core, a node at rest
 * @param bytesPerRoute live heap of a node that owns none of the routes, beyond that of a node without any, per route
 * @param bytesPerOwned what an allocation adds to the heap of the node that owns it
 * @param loads at rising rates
 * @param join of a fourth node while routes change
 */
record Point(int allocations, double setUpSeconds, double restCpuPercent, double bytesPerRoute, double bytesPerOwned,
    List<Load> loads, Join join) {
    static final double IDLE_PERCENT_MIN = 30;

    /**
     * What changes cost at a steady rate.
     *
     * @param cpuPercent of a core, an average node
     * @param cpuMsPerChange all nodes together, beyond what they need at rest
     * @param bytesPerChange on the wire between all nodes, beyond what they send at rest
     */
    record Load(int asked, double perSecond, long failed, double cpuPercent, double cpuMsPerChange,
        double bytesPerChange, double lagP50Ms, double lagP99Ms, double idlePercent) {
        static Load of(int asked, Reading load, Reading rest, int nodes) {
            double seconds = load.atSeconds();
            double cpu = load.cpuSeconds() - rest.cpuSeconds() / rest.atSeconds() * seconds;
            double bytes = load.fabricBytes() - rest.fabricBytes() / rest.atSeconds() * seconds;
            return new Load(asked, load.changed() / seconds, load.failed(), 100 * load.cpuSeconds() / seconds / nodes,
                1e3 * cpu / load.changed(), bytes / load.changed(), load.lagMs(0.5), load.lagMs(0.99),
                load.idlePercent());
        }
    }

    /**
     * @param memberSeconds from the start of the process until it is a member of the cluster
     * @param syncSeconds from then on until it has all routes and its digests agree with every node's
     */
    record Join(double memberSeconds, double syncSeconds) {}

    /** The highest rate that left enough of the machine idle. */
    Optional<Load> highest() {
        return loads.stream().filter(load -> load.idlePercent >= IDLE_PERCENT_MIN).reduce((one, other) -> other);
    }
}
