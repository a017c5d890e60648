package io.turnstone.loadtest.bed;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.turnstone.loadtest.server.Metrics;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turnstone's nodes on the relay hosts of a bed, counted from 1. One thread. */
public final class RelayNodes implements AutoCloseable {
    private static final int CLUSTER_PORT = 25_520;
    private static final int FABRIC_PORT = 40_100;
    private static final long READY_SECONDS_MAX = 90;
    private static final int STARTING_PERCENT = 20;
    /** With four busy nodes on two cores a fifth of a claim is a tenth of a core, with which a node never gets ready. */
    private static final long STARTING_SECONDS_MAX = 20;
    private static final int FULL_PERCENT = 100;
    /** {@code -Dturnstone.node.flags="--kernel-forwarding tc"}: a series with other settings than the defaults. */
    private static final List<String> FOR_A_SERIES = Stream
        .of(System.getProperty("turnstone.node.flags", "").split(" ", -1))
        .filter(flag -> !flag.isEmpty())
        .toList();

    private final Bed bed;
    private final String relayMode;
    private String jvmOptions;
    private final List<String> more;
    private final Map<Integer, ServerProcess> processes = new TreeMap<>();
    private int starts;
    private int seeds;

    /**
     * @param relayMode as {@code --relay-mode} has it
     * @param jvmOptions as {@code TURNSTONE_JAVA_OPTS} has them
     * @param more flags for every node
     */
    public RelayNodes(Bed bed, String relayMode, String jvmOptions, List<String> more) {
        this.bed = bed;
        this.relayMode = relayMode;
        this.jvmOptions = jvmOptions;
        this.more = more;
    }

    /** Starts nodes 1 to {@code count}, all at once; they are ready when this returns, and the seeds of later ones. */
    public void startFirst(int count) {
        seeds = count;
        IntStream.rangeClosed(1, count).forEach(this::launch);
        IntStream.rangeClosed(1, count).forEach(this::awaitReady);
    }

    /**
     * Starts the node, again if it ran before, and does not wait for it. A machine that starts takes no CPU from others, so
     * until {@link #awaitReady}, or for some seconds, this one claims little.
     */
    public void launch(int node) {
        bed.node(node).claim(STARTING_PERCENT);
        List<String> command = new ArrayList<>(List.of("env", "TURNSTONE_JAVA_OPTS=" + jvmOptions,
            TurnstoneNode.repositoryRoot().resolve("node/bin/turnstone").toString(), "node"));
        command.addAll(flags(node));
        processes.put(node, bed.node(node)
            .start("turnstone", bed.logs().resolve("node" + node + "-" + ++starts + ".log"), command));
    }

    /** What {@code TURNSTONE_JAVA_OPTS} are for nodes that are launched from now on. */
    public void jvmOptions(String options) {
        jvmOptions = options;
    }

    public void awaitReady(int node) {
        long claimsFullyNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(STARTING_SECONDS_MAX);
        process(node).await("ready", READY_SECONDS_MAX, () -> {
            if (System.nanoTime() - claimsFullyNs >= 0) {
                bed.node(node).claim(FULL_PERCENT);
            }
            return isReady(node);
        });
        bed.node(node).claim(FULL_PERCENT);
    }

    public boolean isReady(int node) {
        return get(node, "/ready").startsWith("HTTP/1.1 200");
    }

    /** What the node has logged since it was launched. */
    public String log(int node) {
        return process(node).output();
    }

    public long pid(int node) {
        return process(node).pid();
    }

    /** What {@code /metrics} of the node says now. */
    public Metrics metrics(int node) {
        return Metrics.parse(body(node, "/metrics"));
    }

    /** The home of every allocation, by id and relayed addresses, as the node sees it. */
    public Map<String, String> homes(int node) {
        return allocations(node, "home");
    }

    /** The node whose authority wrote the route of every allocation, by the same names. */
    public Map<String, String> owners(int node) {
        return allocations(node, "owner");
    }

    /** What {@code home} and {@code owner} name a node by. */
    public static String name(int node) {
        return Addresses.inside(node) + ":" + CLUSTER_PORT;
    }

    private Map<String, String> allocations(int node, String field) {
        Map<String, String> fields = new TreeMap<>();
        @Nullable
        String after = "0";
        while (after != null) {
            Config page = ConfigFactory.parseString(body(node, "/v1/allocations?limit=1000&after=" + after));
            page.getConfigList("allocations")
                .forEach(each -> fields.put(each.getString("id") + " " + each.getStringList("relayed"),
                    each.getString(field)));
            after = page.getIsNull("next") ? null : page.getString("next");
        }
        return fields;
    }

    public String body(int node, String path) {
        String answer = get(node, path);
        int body = answer.indexOf("\r\n\r\n");
        if (body < 0) {
            throw new IllegalStateException("node " + node + " does not answer " + path);
        }
        return answer.substring(body + 4);
    }

    /** The power plug: SIGKILL. */
    public void kill(int node) {
        process(node).kill();
        processes.remove(node);
    }

    /** SIGTERM, as every orderly stop begins, and waits for the end. */
    public void stop(int node, long secondsMax) {
        try (ServerProcess process = process(node)) {
            process.signal("TERM");
            process.awaitExit(secondsMax);
        }
        processes.remove(node);
    }

    /** SIGSTOP. */
    public void freeze(int node) {
        process(node).signal("STOP");
    }

    /** SIGCONT. */
    public void thaw(int node) {
        process(node).signal("CONT");
    }

    /** The nodes whose processes run. */
    public List<Integer> running() {
        return List.copyOf(processes.keySet());
    }

    @Override
    public void close() {
        processes.values().forEach(ServerProcess::kill);
        processes.clear();
    }

    private ServerProcess process(int node) {
        ServerProcess process = processes.get(node);
        if (process == null) {
            throw new IllegalStateException("node " + node + " does not run");
        }
        return process;
    }

    private List<String> flags(int node) {
        boolean stateless = bed.form() == BalancerForm.STATELESS;
        String service = Addresses.SERVICE + ":" + Addresses.SERVICE_PORT;
        List<String> flags = new ArrayList<>(List.of("--realm", TurnstoneNode.REALM, "--user",
            TurnstoneNode.USER + ":" + TurnstoneNode.PASSWORD));
        flags.addAll(List.of("--listen",
            stateless ? service : Addresses.inside(node) + ":" + Addresses.SERVICE_PORT + "=" + service));
        flags.addAll(List.of("--relay-mode", relayMode, "--relay-address", relayAddress(node, stateless)));
        flags.addAll(List.of("--set", "cluster.return-path=" + (stateless ? "direct" : "attachment")));
        flags.addAll(List.of("--cluster-address", Addresses.inside(node) + ":" + CLUSTER_PORT, "--fabric",
            Addresses.inside(node) + ":" + FABRIC_PORT, "--cluster-secret", "cluster-secret-of-the-tests"));
        IntStream.rangeClosed(1, seeds)
            .forEach(seed -> flags.addAll(List.of("--seed", Addresses.inside(seed) + ":" + CLUSTER_PORT)));
        flags.addAll(List.of("--admin", Addresses.inside(node) + ":" + Addresses.ADMIN_PORT, "--admin-token", "token",
            "--allow-peer", "203.0.113.0/24", "--allow-peer", "198.51.100.0/24"));
        // Ten times what the bed's health check takes to see that a node is not ready.
        flags.addAll(List.of("--set", "drain.balancer-time=2s"));
        // All clients come through one NAT, hence from one IP address.
        flags.addAll(List.of("--set", "forwarding.unauthenticated-answers-per-second=100000"));
        flags.addAll(more);
        flags.addAll(FOR_A_SERIES);
        return flags;
    }

    private String relayAddress(int node, boolean stateless) {
        if (relayMode.equals("node")) {
            return Addresses.outside(node);
        }
        return stateless ? Addresses.SERVICE : Addresses.inside(node) + "=" + Addresses.SERVICE;
    }

    /** The whole answer, or nothing where nobody answers within the time. A shell asks, since this JVM cannot. */
    private String get(int node, String path) {
        return bed.node(node)
            .script(
                """
                    timeout 3 bash -c 'exec 3<>/dev/tcp/%s/%d && printf "GET %s HTTP/1.0\\r\\nHost: node\\r\\n\\r\\n" >&3 && cat <&3' \
                        2>/dev/null || true
                    """
                    .formatted(Addresses.inside(node), Addresses.ADMIN_PORT, path));
    }
}
