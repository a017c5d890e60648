package io.turnstone.loadtest.size;

import io.turnstone.loadtest.client.Pause;
import io.turnstone.loadtest.server.AdminPort;
import io.turnstone.loadtest.server.JvmHeap;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.size.Point.Join;
import io.turnstone.loadtest.size.Point.Load;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Measures one {@link Point} on a cluster of its own.
 *
 * @param warmUpRequests before anything is measured: allocations and channels, then changes; until then
 *     the nodes' compilers need more CPU time than they do
 * @param restSeconds without any change
 * @param loadSeconds at each rate
 * @param rates route changes a second; a rate that leaves too little of the machine idle is the last one
 * @param jvmOptions of the nodes
 */
record Measurement(int warmUpRequests, int restSeconds, int loadSeconds, List<Integer> rates, String jvmOptions) {
    private static final long JOIN_SECONDS_MAX = 60;
    private static final long POLL_MS = 20;
    private static final int WARM_UP_RATE = 1_500;
    private static final long WARM_UP_MS = 10_000;
    private static final long SETTLE_MS = 3_000;

    Point run(int allocations, Path logs) {
        try (VirtualCluster cluster = VirtualCluster.start(logs, jvmOptions)) {
            List<TurnstoneNode> nodes = cluster.nodes();
            double emptyHeap = heapBytes(nodes);
            double startSeconds = nowSeconds();
            try (Population population = Population.make(allocations, nodes)) {
                double setUpSeconds = nowSeconds() - startSeconds;
                warmUp(population);
                double ownersHeap = heapBytes(nodes);
                Reading rest = during(restSeconds, nodes, population);
                List<Load> loads = loads(nodes, population, rest);
                Join join = join(cluster, population, allocations);
                double perRoute = (heapBytes(List.of(cluster.nodes().getLast())) - emptyHeap) / allocations;
                double perOwned = ((ownersHeap - emptyHeap) / allocations - perRoute) * nodes.size();
                double restCpu = 100 * rest.cpuSeconds() / rest.atSeconds() / nodes.size();
                return new Point(allocations, setUpSeconds, restCpu, perRoute, perOwned, loads, join);
            }
        }
    }

    private List<Load> loads(List<TurnstoneNode> nodes, Population population, Reading rest) {
        List<Load> loads = new ArrayList<>();
        for (int rate : rates) {
            Runnable stop = population.changing(rate);
            Pause.ms(1_000);
            Load load = Load.of(rate, during(loadSeconds, nodes, population), rest, nodes.size());
            stop.run();
            loads.add(load);
            if (load.idlePercent() < Point.IDLE_PERCENT_MIN) {
                break;
            }
        }
        return loads;
    }

    /** While routes change at the first rate. */
    private Join join(VirtualCluster cluster, Population population, int allocations) {
        Runnable stop = population.changing(rates.getFirst());
        AdminPort joining = cluster.launch().admin();
        double memberSeconds = await(() -> isPast(joining, "not a member"));
        double syncSeconds = await(
            () -> isPast(joining, "being fetched") && joining.metrics().sum("turnstone_routes") >= allocations);
        stop.run();
        return new Join(memberSeconds, syncSeconds);
    }

    /** Whether the node says what it waits for, and that is no longer among it. */
    private static boolean isPast(AdminPort node, String reason) {
        try {
            String body = node.body("/ready");
            return body.contains("reasons") && !body.contains(reason);
        } catch (IOException notListening) {
            return false;
        }
    }

    private static Reading during(int seconds, List<TurnstoneNode> nodes, Population population) {
        Reading before = Reading.of(nodes, population);
        Pause.seconds(seconds);
        return Reading.of(nodes, population).since(before);
    }

    private void warmUp(Population population) {
        Runnable stop = population.changing(WARM_UP_RATE);
        do {
            Pause.ms(WARM_UP_MS);
        } while (population.answered() < warmUpRequests);
        stop.run();
        Pause.ms(SETTLE_MS);
    }

    private static double heapBytes(List<TurnstoneNode> nodes) {
        return nodes.stream().mapToLong(JvmHeap::usedBytes).average().orElseThrow();
    }

    /** The seconds until then, or infinity if it takes too long. */
    private static double await(BooleanSupplier condition) {
        double startSeconds = nowSeconds();
        while (!condition.getAsBoolean()) {
            if (nowSeconds() > startSeconds + JOIN_SECONDS_MAX) {
                return Double.POSITIVE_INFINITY;
            }
            Pause.ms(POLL_MS);
        }
        return nowSeconds() - startSeconds;
    }

    private static double nowSeconds() {
        return System.nanoTime() / 1e9;
    }
}
