package io.turnstone.node.demo;

import io.turnstone.config.HostPort;
import io.turnstone.config.PortRangeSetting;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which node of a demo listens, relays and is administered where, and the credentials of this one run. Immutable.
 *
 * @param shared the UDP port of all nodes; the kernel spreads clients over them (SO_REUSEPORT)
 */
record DemoPlan(HostPort shared, String password, String clusterSecret, List<NodePlan> nodes) {
    static final String USER = "demo";

    private static final String LOOPBACK = "127.0.0.1";
    private static final int OWN_PORTS_START = 21_000;
    private static final int FABRIC_PORTS = 2;
    private static final int RELAY_PORT_FIRST = 49_152;
    private static final int RELAY_PORTS = 16_384;
    private static final int SECRET_BYTES = 18;

    /**
     * @param own the UDP port of this node alone, by which a client chooses it
     * @param cluster its TCP port for the other nodes
     * @param fabric the first of its UDP ports for the other nodes
     */
    record NodePlan(String name, HostPort own, PortRangeSetting relayPorts, HostPort cluster, HostPort fabric,
        HostPort admin) {}

    /** Finds free ports and makes up credentials. */
    static DemoPlan make(int nodes, InetAddress address, int sharedPort) {
        FreePorts free = new FreePorts(OWN_PORTS_START);
        InetAddress loopback = InetAddress.ofLiteral(LOOPBACK);
        int relayPorts = RELAY_PORTS / nodes & ~1;
        List<NodePlan> plans = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            int relayFirst = RELAY_PORT_FIRST + i * relayPorts;
            plans.add(new NodePlan("node-" + (i + 1),
                new HostPort(address.getHostAddress(), free.udp(address, 1)),
                new PortRangeSetting(relayFirst, relayFirst + relayPorts - 1),
                new HostPort(LOOPBACK, free.tcp(loopback)),
                new HostPort(LOOPBACK, free.udp(loopback, FABRIC_PORTS)),
                new HostPort(LOOPBACK, free.tcp(loopback))));
        }
        return new DemoPlan(new HostPort(address.getHostAddress(), sharedPort), secret(), secret(), List.copyOf(plans));
    }

    private static String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The settings file of one node. */
    String settings(NodePlan node) {
        return """
            include classpath("local.conf")
            turnstone {
              listen = ["%s", "%s"]
              relay.addresses = ["%s"]
              relay.ports = "%s"
              auth.users = ["%s:%s"]
              cluster.address = "%s"
              cluster.seeds = [%s]
              cluster.secret = "%s"
              fabric.address = "%s"
              admin.address = "%s"
            }
            """.formatted(shared, node.own, shared.host(), node.relayPorts, USER, password, node.cluster,
            seeds(), clusterSecret, node.fabric, node.admin);
    }

    /** All of them, so that any node that is started again finds those that run. */
    private String seeds() {
        return nodes.stream().map(node -> "\"" + node.cluster + "\"").collect(Collectors.joining(", "));
    }

    Optional<NodePlan> node(String name) {
        return nodes.stream().filter(node -> node.name.equals(name)).findFirst();
    }

    /** RTCPeerConnection's {@code iceServers} as JSON, for the listener at {@code address}. */
    String iceServers(HostPort address) {
        return "[{\"urls\":\"turn:%s?transport=udp\",\"username\":\"%s\",\"credential\":\"%s\"}]"
            .formatted(address, USER, password);
    }
}
