package io.turnstone.loadtest.system;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A cluster that serves SIP over WebSocket, and TURN to the same users. Tests ask for a place and do not know how many
 * nodes there are.
 */
final class SipNodes implements AutoCloseable {
    static final String DOMAIN = "sip.test";
    private static final Map<String, String> PASSWORDS = Map.of(TurnstoneNode.USER, TurnstoneNode.PASSWORD, "bob",
        "builder",
        "carol", "king");
    private static final int NODES = 3;
    /** A call takes two, and they are left alone for a minute after it. */
    private static final int RELAY_PORTS_PER_NODE = 2_000;

    private final TurnstoneCluster cluster;

    /**
     * A node, and where it serves SIP.
     *
     * @param sipPort over UDP and TCP
     */
    record Member(TurnstoneNode node, InetSocketAddress webSocket, int sipPort) {}

    private SipNodes(TurnstoneCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Three nodes; ready when this returns.
     *
     * @param more flags for each
     */
    static SipNodes three(String... more) {
        List<String> flags = new ArrayList<>(
            List.of("--user", "bob:builder", "--user", "carol:king", "--sip-domain", DOMAIN));
        flags.addAll(List.of(more));
        return new SipNodes(TurnstoneCluster.startForUsers("phones", NODES, RELAY_PORTS_PER_NODE,
            flags.toArray(String[]::new)));
    }

    String password(String user) {
        return Objects.requireNonNull(PASSWORDS.get(user), user);
    }

    /** @param place any number; it counts round */
    Member at(int place) {
        int index = Math.floorMod(place, cluster.size());
        return new Member(cluster.node(index), Loopback.ipv4(cluster.webSocketPort(index)),
            cluster.sipPort(index));
    }

    int size() {
        return cluster.size();
    }

    /** Where a balancer sends the packets of TURN clients that it gives to the node of that place. */
    InetSocketAddress balancedTo(int place) {
        return cluster.balancedTo(Math.floorMod(place, size()));
    }

    /** Ends a node as a loss of power does. */
    void kill(int place) {
        cluster.kill(Math.floorMod(place, size()));
    }

    /** Starts a node again that was killed; it is ready when this returns. */
    void restart(int place) {
        cluster.restart(Math.floorMod(place, size()));
    }

    /** The sum of a metric over all nodes. */
    double sum(String metric) {
        return cluster.sum(metric);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
