package io.turnstone.loadtest.system;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Nodes on this machine, in both families on loopback. Each listens on a UDP port that all of them share, where the
 * kernel is the balancer; on one of its own; and on one that advertises the service address which all of them have
 * behind an imagined balancer. Whoever sends to that third port plays the balancer and chooses the node of each packet.
 */
final class TurnstoneCluster implements AutoCloseable {
    static final String REST_SECRET = "rest-secret-of-the-tests";
    private static final String CLUSTER_SECRET = "cluster-secret-of-the-tests";
    private static final int RELAY_PORTS_PER_NODE_DEFAULT = 200;
    private static final int FABRIC_PORTS = 8;

    private final String name;
    private final int relayPortsPerNode;
    private final List<String> more;
    private final int sharedPort = FreePorts.one();
    private final int servicePort = FreePorts.one();
    private final int firstRelayPort;
    private final List<Member> members = new ArrayList<>();
    private final List<TurnstoneNode> nodes = new ArrayList<>();
    private final AtomicInteger clients = new AtomicInteger();

    /** The ports of a node, the same for every process that serves as it. */
    private record Member(String name, int port, int adminPort, int balancedPort, int clusterPort, int fabricPort,
        int webSocketPort, int sipPort) {
        static Member named(String name) {
            return new Member(name, FreePorts.one(), FreePorts.one(), FreePorts.one(), FreePorts.one(),
                FreePorts.range(FABRIC_PORTS), FreePorts.one(), FreePorts.one());
        }
    }

    private TurnstoneCluster(String name, int size, int relayPortsPerNode, List<String> more) {
        this.name = name;
        this.relayPortsPerNode = relayPortsPerNode;
        this.more = more;
        this.firstRelayPort = FreePorts.range(size * relayPortsPerNode);
        for (int i = 0; i < size; i++) {
            members.add(Member.named(name + "-" + i));
        }
    }

    /**
     * Every node is ready when this returns. Each relays at ports of its own, or all at the same ones if {@code more} sets
     * a relay mode.
     *
     * @param more flags for each node
     */
    static TurnstoneCluster start(String name, int size, String... more) {
        return startSome(name, size, size, more);
    }

    /**
     * As {@link #start}, but with users only and no shared secret, by which anybody might be a user.
     *
     * @param relayPortsPerNode each is left alone for a minute after its allocation
     */
    static TurnstoneCluster startForUsers(String name, int size, int relayPortsPerNode, String... more) {
        return new TurnstoneCluster(name, size, relayPortsPerNode, List.of(more)).growTo(size);
    }

    /** As {@link #start}, but only {@code first} nodes run yet. */
    static TurnstoneCluster startSome(String name, int size, int first, String... more) {
        List<String> flags = new ArrayList<>(List.of("--shared-secret", REST_SECRET));
        flags.addAll(List.of(more));
        return new TurnstoneCluster(name, size, RELAY_PORTS_PER_NODE_DEFAULT, flags).growTo(first);
    }

    /** Starts the next nodes until that many run; they are ready when this returns. */
    TurnstoneCluster growTo(int count) {
        while (nodes.size() < count) {
            nodes.add(launch(nodes.size()));
        }
        nodes.forEach(TurnstoneNode::awaitReady);
        return this;
    }

    /** Ends a node as a loss of power does. */
    void kill(int index) {
        node(index).process().kill();
    }

    /** Starts a node again under its old addresses, as a new process that knows nothing. */
    void restart(int index) {
        node(index).process().close();
        nodes.set(index, launch(index));
        node(index).awaitReady();
    }

    int size() {
        return members.size();
    }

    TurnstoneNode node(int index) {
        return nodes.get(index);
    }

    /** Any node: the kernel picks one for each client socket. */
    InetSocketAddress sharedAddress() {
        return Loopback.ipv4(sharedPort);
    }

    InetSocketAddress sharedIpv6Address() {
        return Loopback.ipv6(sharedPort);
    }

    /** What all nodes have in common behind the imagined balancer. */
    InetSocketAddress serviceAddress() {
        return Loopback.ipv4(servicePort);
    }

    /**
     * An address of this machine that no other client of the cluster has: allocations outlive the tests and browsers that
     * made them by minutes, and a client that got the port of one of those would get its 5-tuple, too, and 437.
     */
    InetAddress clientAddress() {
        int number = clients.incrementAndGet();
        return InetAddress.ofLiteral("127.9." + number / 250 + "." + (number % 250 + 1));
    }

    /** A packet sent here belongs to a 5-tuple of the service address and has been given to that node. */
    InetSocketAddress balancedTo(int index) {
        return Loopback.ipv4(members.get(index).balancedPort);
    }

    /** Where a node takes WebSockets, if the flags say {@code --sip-domain}. */
    int webSocketPort(int index) {
        return members.get(index).webSocketPort;
    }

    /** Where a node takes SIP over UDP and TCP, if the flags say {@code --sip-domain}. */
    int sipPort(int index) {
        return members.get(index).sipPort;
    }

    int firstRelayPort() {
        return firstRelayPort;
    }

    int lastRelayPort() {
        return firstRelayPort + size() * relayPortsPerNode - 1;
    }

    /** Which node relays at that port. */
    int ownerOf(InetSocketAddress relayed) {
        return (relayed.getPort() - firstRelayPort) / relayPortsPerNode;
    }

    /** The sum of a metric over all nodes. */
    double sum(String metric) {
        return nodes.stream().mapToDouble(node -> node.admin().metrics().sum(metric)).sum();
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.process().signalAll("TERM"));
        nodes.forEach(TurnstoneNode::close);
    }

    private TurnstoneNode launch(int index) {
        Member member = members.get(index);
        int first = firstRelayPort + index * relayPortsPerNode;
        String relayPorts = more.contains("--relay-mode")
            ? firstRelayPort + "-" + lastRelayPort()
            : first + "-" + (first + relayPortsPerNode - 1);
        List<String> flags = new ArrayList<>(List.of("--listen", "127.0.0.1:" + sharedPort, "--listen",
            "[::1]:" + sharedPort, "--listen", "127.0.0.1:" + member.balancedPort + "=127.0.0.1:" + servicePort));
        flags.addAll(List.of("--relay-address", "127.0.0.1", "--relay-address", "::1", "--relay-ports",
            relayPorts));
        flags.addAll(List.of("--allow-peer", "127.0.0.0/8", "--allow-peer", "::1/128"));
        flags.addAll(List.of("--cluster-address", "127.0.0.1:" + member.clusterPort, "--cluster-secret", CLUSTER_SECRET,
            "--fabric",
            "127.0.0.1:" + member.fabricPort));
        flags.addAll(more);
        if (more.contains("--sip-domain")) {
            flags.addAll(List.of("--listen-ws", "127.0.0.1:" + member.webSocketPort, "--listen-sip",
                "127.0.0.1:" + member.sipPort));
        }
        members.forEach(seed -> flags.addAll(List.of("--seed", "127.0.0.1:" + seed.clusterPort)));
        return TurnstoneNode.launch(member.name, Tools.ARTEFACTS, member.port, member.adminPort, flags,
            List.of("TURNSTONE_JAVA_OPTS=" + Tools.QUICK_JVM));
    }

    @Override
    public String toString() {
        return name;
    }
}
