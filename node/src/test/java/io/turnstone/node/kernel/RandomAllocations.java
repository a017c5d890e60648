package io.turnstone.node.kernel;

import io.turnstone.node.fib.Fib;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.fib.LegBuilder;
import io.turnstone.node.forwarding.MemorySockets;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Allocations of every kind that a node can know: here and elsewhere, proxied, moving, without a socket, with deadlines that
 * pass. Of each 5-tuple and relayed address there is one, as the RIB sees to. One thread.
 */
final class RandomAllocations {
    static final int COUNT = 8;
    static final int OTHER_NODE = 2;
    /** Behind a NAT: bound to other addresses than those that are advertised. */
    static final List<ServiceAddress> LISTENERS = List.of(
        new ServiceAddress(TransportAddress.parse("10.1.0.2:3478"), TransportAddress.parse("192.0.2.1:3478")),
        new ServiceAddress(TransportAddress.parse("[fd00::2]:3478"), TransportAddress.parse("[2001:db8::1]:3478")));
    static final IpAddress RELAY_IPV4 = IpAddress.parse("192.0.2.1");
    static final IpAddress RELAY_IPV6 = IpAddress.parse("2001:db8::1");
    static final int RELAY_PORTS = 50_000;
    private static final IpAddress LOCAL_IPV4 = IpAddress.parse("10.1.0.3");
    private static final IpAddress LOCAL_IPV6 = IpAddress.parse("fd00::3");
    /** First those with IPv4, then as many with IPv6. */
    private static final List<TransportAddress> PLAIN_PEERS = List.of(
        TransportAddress.parse("203.0.113.1:7000"), TransportAddress.parse("203.0.113.1:7001"),
        TransportAddress.parse("203.0.113.2:7000"), TransportAddress.parse("[2001:db8:9::1]:7000"),
        TransportAddress.parse("[2001:db8:9::2]:7000"), TransportAddress.parse("[2001:db8:9::2]:7001"));
    private static final int FIRST_SOCKET = 100;
    private static final long FAR_MS = 3_600_000;
    private static final int NEAR_MS = 3_000;

    private final Random random;
    private final Fib fib;
    private final List<TransportAddress> clients = new ArrayList<>(Collections.nCopies(COUNT, PLAIN_PEERS.getFirst()));

    RandomAllocations(Random random, Fib fib, MemorySockets sockets) {
        this.random = random;
        this.fib = fib;
        for (int id = 0; id < COUNT; id++) {
            sockets.relay(socket(id, true), TransportAddress.of(LOCAL_IPV4, RELAY_PORTS + id), relayed(id, true));
            sockets.relay(socket(id, false), TransportAddress.of(LOCAL_IPV6, RELAY_PORTS + id), relayed(id, false));
        }
    }

    static int socket(int id, boolean ipv4) {
        return FIRST_SOCKET + 2 * id + (ipv4 ? 0 : 1);
    }

    static TransportAddress relayed(int id, boolean ipv4) {
        return TransportAddress.of(ipv4 ? RELAY_IPV4 : RELAY_IPV6, RELAY_PORTS + id);
    }

    static TransportAddress localRelay(int id, boolean ipv4) {
        return TransportAddress.of(ipv4 ? LOCAL_IPV4 : LOCAL_IPV6, RELAY_PORTS + id);
    }

    TransportAddress client(int id) {
        return clients.get(id);
    }

    /** Plain, or another allocation's relayed address; mostly of the family of that allocation's client. */
    TransportAddress randomPeer(int id) {
        boolean ipv4 = oneIn(8) ^ clients.get(id).isIpv4();
        if (oneIn(2)) {
            return relayed(random.nextInt(COUNT), ipv4);
        }
        int ofFamily = PLAIN_PEERS.size() / 2;
        return PLAIN_PEERS.get(random.nextInt(ofFamily) + (ipv4 ? 0 : ofFamily));
    }

    /** Makes one allocation anew, or ends it. */
    void change(int id, long nowMs) {
        if (oneIn(20)) {
            fib.remove(id);
        } else {
            fib.put(leg(id, nowMs).build());
        }
    }

    private LegBuilder leg(int id, long nowMs) {
        boolean ipv4 = random.nextBoolean();
        String ip = ipv4 ? "198.51.100." + (1 + random.nextInt(3)) : "[2001:db8:5::" + (1 + random.nextInt(3)) + "]";
        TransportAddress client = TransportAddress.parse(ip + ":" + (40_000 + id));
        clients.set(id, client);
        LegBuilder leg = Leg.builder(id, client, fib.counters(id))
            .attachedTo(randomNode(), oneIn(20) ? Leg.NO_LISTENER : ipv4 ? 0 : 1)
            .home(oneIn(10) ? OTHER_NODE : Leg.THIS_NODE)
            .standIn(oneIn(10))
            .expiryMs(deadline(nowMs));
        if (oneIn(20)) {
            leg.proxied(true).hop(TransportAddress.parse((ipv4 ? "10.9.9.9:" : "[fd00::9]:") + (42_000 + id)));
        }
        if (oneIn(20)) {
            leg.movingTo(client.withPort(41_000 + id), ipv4 ? 0 : 1);
        }
        if (ipv4 || oneIn(2)) {
            leg.relay(relayed(id, true), randomSocket(id, true));
        }
        if (!ipv4 || oneIn(2)) {
            leg.relay(relayed(id, false), randomSocket(id, false));
        }
        addBindings(id, leg, nowMs);
        return leg;
    }

    private void addBindings(int id, LegBuilder leg, long nowMs) {
        Set<IpAddress> permitted = new TreeSet<>(List.of(RELAY_IPV4, RELAY_IPV6));
        PLAIN_PEERS.forEach(peer -> permitted.add(peer.ip()));
        permitted.stream().filter(ip -> !oneIn(8)).forEach(ip -> leg.permission(ip, deadline(nowMs)));
        Set<TransportAddress> bound = new HashSet<>();
        for (int number = 0x4000; number < 0x4006; number++) {
            TransportAddress peer = randomPeer(id);
            if (bound.add(peer)) {
                leg.channel(number, peer, deadline(nowMs));
            }
        }
        for (TransportAddress peer : PLAIN_PEERS) {
            if (oneIn(8)) {
                leg.exit(peer, oneIn(2) ? OTHER_NODE : Leg.THIS_NODE);
            }
        }
    }

    private int randomNode() {
        return oneIn(8) ? OTHER_NODE : oneIn(20) ? Leg.UNHEARD : Leg.THIS_NODE;
    }

    private int randomSocket(int id, boolean ipv4) {
        return oneIn(20) ? Leg.NO_SOCKET : oneIn(40) ? Leg.VIRTUAL : socket(id, ipv4);
    }

    private long deadline(long nowMs) {
        return oneIn(10) ? nowMs - 50 + random.nextInt(NEAR_MS) : nowMs + FAR_MS;
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }
}
