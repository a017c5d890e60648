package io.turnstone.loadtest.system;

import io.turnstone.loadtest.bed.Addresses;
import io.turnstone.loadtest.bed.Bed;
import io.turnstone.loadtest.bed.HoldProcess;
import io.turnstone.loadtest.bed.HoldResult;
import io.turnstone.loadtest.bed.RelayNodes;
import io.turnstone.loadtest.client.Pause;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** One bed and one cluster, which faults are done to one after the other while allocations are held. One thread. */
final class FailoverRun implements AutoCloseable {
    private static final long HEALTH_INTERVAL_MS = 100;
    private static final int HEALTH_FAILURES = 2;
    private static final long BEFORE_MS = 2_000;
    private static final int CALM_ROUNDS = 4;
    private static final long CALM_ROUND_MS = 500;
    private static final long CALM_SECONDS_MAX = 30;
    /** Some allocations have been made by then, and more are under way. */
    private static final long EARLY_MS = 300;

    private static final int LINES_SHOWN = 20;

    private final FailoverPlan plan;
    private final FailoverForm form;
    private final Bed bed;
    private final RelayNodes nodes;
    private int holds;

    /** What happens to the cluster while allocations are held. */
    interface Fault {
        void inflict(FailoverRun run);
    }

    private FailoverRun(FailoverPlan plan, FailoverForm form, Path logs) {
        this.plan = plan;
        this.form = form;
        this.bed = Bed.make(plan.hosts(), plan.balancer(), logs);
        this.nodes = new RelayNodes(bed, plan.relayMode(), form.jvmOptions(), plan.flags());
    }

    /** The nodes are ready and behind the balancer when this returns. */
    static FailoverRun start(FailoverPlan plan, FailoverForm form, Path logs) {
        FailoverRun run = new FailoverRun(plan, form, logs);
        try {
            HoldProcess.startPeer(run.bed);
            run.nodes.startFirst(plan.started());
            run.bed.startHealthCheck(HEALTH_INTERVAL_MS, HEALTH_FAILURES);
            run.bed.awaitBalanced(plan.started());
            run.awaitCalm();
            return run;
        } catch (RuntimeException failed) {
            run.close();
            throw failed;
        }
    }

    Bed bed() {
        return bed;
    }

    RelayNodes nodes() {
        return nodes;
    }

    /** Makes allocations, holds them through the fault, and gives them back. */
    HoldResult holdThrough(Fault fault) {
        try (HoldProcess hold = HoldProcess.start(bed, "hold-" + ++holds, options())) {
            if (plan.early()) {
                hold.awaitMaking();
                Steps.letFlow(EARLY_MS);
                fault.inflict(this);
                hold.awaitHolding();
            } else {
                hold.awaitHolding();
                Steps.letFlow(BEFORE_MS);
                fault.inflict(this);
            }
            Steps.letFlow(form.afterMs());
            hold.stop();
            return hold.result();
        }
    }

    /** Makes the cluster whole again, as it was before the fault. */
    void restore() {
        List<Integer> running = nodes.running();
        for (int node = 1; node <= plan.started(); node++) {
            if (!running.contains(node)) {
                nodes.launch(node);
            }
        }
        running.stream().filter(node -> node > plan.started()).forEach(nodes::kill);
        for (int node = 1; node <= plan.started(); node++) {
            nodes.awaitReady(node);
        }
        bed.awaitBalanced(plan.started());
    }

    /**
     * Nodes that start together on few cores suspect each other now and then, until they have compiled what they need. On a
     * machine that is never calm the test goes on after a while.
     */
    private void awaitCalm() {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(CALM_SECONDS_MAX);
        for (int rounds = 0; rounds < CALM_ROUNDS && System.nanoTime() - deadlineNs < 0;) {
            Pause.ms(CALM_ROUND_MS);
            rounds = nodes.running().parallelStream().allMatch(this::hearsAll) ? rounds + 1 : 0;
        }
    }

    private boolean hearsAll(int node) {
        try {
            return nodes.metrics(node).sum("turnstone_nodes_live") == plan.started();
        } catch (IllegalStateException noAnswer) {
            return false;
        }
    }

    /** Which packets the running nodes dropped, by reason. */
    String drops() {
        return nodes.running()
            .stream()
            .map(node -> "node " + node + ": " + drops(node))
            .collect(Collectors.joining("\n", "", "\n"));
    }

    /** What the balancer and each running node say of the cluster, to explain a failure. */
    String state() {
        return nodes.running()
            .stream()
            .map(node -> "node " + node + ": " + (nodes.isReady(node) ? drops(node) : "not ready") + '\n'
                + lastLines(nodes.log(node)))
            .collect(Collectors.joining("", "balancer\n" + lastLines(bed.healthLog()), disagreements()));
    }

    /** Which allocations some of the ready nodes know, and others do not, or give another home. */
    private String disagreements() {
        Map<Integer, Map<String, String>> homes = new TreeMap<>();
        Set<String> names = new TreeSet<>();
        for (int node : nodes.running()) {
            if (nodes.isReady(node)) {
                Map<String, String> known = nodes.homes(node);
                homes.put(node, known);
                names.addAll(known.keySet());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            List<String> told = homes.values().stream().map(known -> known.getOrDefault(name, "unknown")).toList();
            if (told.stream().distinct().count() > 1) {
                text.append("%s is at %s, say nodes %s%n".formatted(name, told, homes.keySet()));
            }
        }
        return text.toString();
    }

    private static String lastLines(String log) {
        List<String> lines = log.lines().toList();
        return lines.stream().skip(Math.max(0, lines.size() - LINES_SHOWN)).collect(Collectors.joining("\n", "", "\n"));
    }

    @Override
    public void close() {
        nodes.close();
        bed.close();
    }

    private String drops(int node) {
        return nodes.body(node, "/metrics")
            .lines()
            .filter(line -> line.matches("[a-z_]*(drop|silent|duplicate|not_ready|overloaded)[^#]* [1-9].*"))
            .collect(Collectors.joining(", "));
    }

    private List<String> options() {
        List<String> options = new ArrayList<>(List.of("--seconds", "0", "--allocations",
            Integer.toString(form.allocations()), "--measured", Integer.toString(form.measured()), "--rate",
            Integer.toString(FailoverForm.RATE), "--request-every",
            Integer.toString(form.requestEverySeconds())));
        if (plan.peerPercent() > 0) {
            options.addAll(List.of("--peer", Addresses.PEER + ":" + Addresses.PEER_PORT, "--peer-share",
                Integer.toString(plan.peerPercent())));
        }
        return options;
    }
}
