package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A cluster of two nodes on loopback, each with relay ports of its own. One thread. */
final class TurnstonePair implements AutoCloseable {
    private static final String SECRET = "cluster-secret-of-the-comparison";
    private static final int FABRIC_PORTS = 8;

    private final List<TurnstoneNode> nodes;

    private TurnstonePair(List<TurnstoneNode> nodes) {
        this.nodes = nodes;
    }

    /** Both are ready when this returns. */
    static TurnstonePair start(Path logs) {
        List<Integer> clusterPorts = List.of(FreePorts.one(), FreePorts.one());
        int firstRelayPort = FreePorts.range(2 * Load.RELAY_PORTS);
        TurnstonePair pair = new TurnstonePair(new ArrayList<>());
        for (int i = 0; i < clusterPorts.size(); i++) {
            int first = firstRelayPort + i * Load.RELAY_PORTS;
            List<String> flags = new ArrayList<>(List.of("--relay-address", "127.0.0.1", "--relay-ports",
                first + "-" + (first + Load.RELAY_PORTS - 1), "--allow-peer", "127.0.0.0/8", "--cluster-address",
                "127.0.0.1:" + clusterPorts.get(i), "--fabric", "127.0.0.1:" + FreePorts.range(FABRIC_PORTS),
                "--cluster-secret", SECRET));
            clusterPorts.forEach(port -> flags.addAll(List.of("--seed", "127.0.0.1:" + port)));
            pair.nodes.add(TurnstoneNode.launch("pair-" + i, logs, FreePorts.one(), FreePorts.one(), flags));
        }
        pair.nodes.forEach(TurnstoneNode::awaitReady);
        return pair;
    }

    TurnstoneNode first() {
        return nodes.getFirst();
    }

    TurnstoneNode second() {
        return nodes.getLast();
    }

    @Override
    public void close() {
        nodes.forEach(TurnstoneNode::close);
    }
}
