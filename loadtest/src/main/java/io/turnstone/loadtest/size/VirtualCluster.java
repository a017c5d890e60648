package io.turnstone.loadtest.size;

import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Nodes on this machine that relay at virtual ports, so that an allocation costs no socket. Each has a listener of its
 * own. One thread.
 */
final class VirtualCluster implements AutoCloseable {
    static final int NODES = 3;
    /** A relayed address to which every client may have a permission and a channel. */
    static final InetSocketAddress SOME_RELAY = new InetSocketAddress("198.18.0.1", 50_000);
    /** Of 16,384 ports each: enough for 100,000 allocations and the spare slices of all nodes. */
    private static final int RELAY_ADDRESSES = 10;
    private static final int FABRIC_PORTS = 8;

    private final Path logs;
    private final String jvmOptions;
    private final List<Integer> clusterPorts = new ArrayList<>();
    private final List<TurnstoneNode> nodes = new ArrayList<>();

    private VirtualCluster(Path logs, String jvmOptions) {
        this.logs = logs;
        this.jvmOptions = jvmOptions;
        for (int i = 0; i <= NODES; i++) {
            clusterPorts.add(FreePorts.one());
        }
    }

    /**
     * Every node is ready when this returns.
     *
     * @param jvmOptions of each node, as {@code TURNSTONE_JAVA_OPTS} has them
     */
    static VirtualCluster start(Path logs, String jvmOptions) {
        VirtualCluster cluster = new VirtualCluster(logs, jvmOptions);
        try {
            for (int i = 0; i < NODES; i++) {
                cluster.launch();
            }
            cluster.nodes.forEach(TurnstoneNode::awaitReady);
            return cluster;
        } catch (IllegalStateException notReady) {
            cluster.close();
            throw notReady;
        }
    }

    List<TurnstoneNode> nodes() {
        return List.copyOf(nodes);
    }

    /** Starts one more node and does not wait for it. */
    TurnstoneNode launch() {
        int index = nodes.size();
        List<String> flags = new ArrayList<>(List.of("--relay-mode", "cluster"));
        for (int i = 1; i <= RELAY_ADDRESSES; i++) {
            flags.addAll(List.of("--relay-address", "198.18.0." + i));
        }
        flags.addAll(List.of("--cluster-secret", "cluster-secret-of-a-measurement", "--cluster-address",
            "127.0.0.1:" + clusterPorts.get(index), "--fabric", "127.0.0.1:" + FreePorts.range(FABRIC_PORTS)));
        clusterPorts.subList(0, NODES).forEach(seed -> flags.addAll(List.of("--seed", "127.0.0.1:" + seed)));
        TurnstoneNode node = TurnstoneNode.launch("size-" + index, logs, FreePorts.one(), FreePorts.one(), flags,
            List.of("TURNSTONE_JAVA_OPTS=" + jvmOptions));
        nodes.add(node);
        return node;
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.process().kill());
    }
}
