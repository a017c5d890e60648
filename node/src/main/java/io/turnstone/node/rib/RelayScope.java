package io.turnstone.node.rib;

import io.turnstone.node.fib.ClusterScope;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.agrona.collections.LongHashSet;

/**
 * Which addresses are the cluster's: what its members say of themselves, and what routes still name though its node is
 * gone. On a relay's IP address that other members have too, that is every port between those that routes have named; on
 * one that no member has, every port. Control thread.
 */
public final class RelayScope {
    private static final PortRange ALL_PORTS = new PortRange(1, TransportAddress.PORT_MAX);

    private final Predicate<IpAddress> allowed;
    private final Map<Long, NodeDescriptor> members = new TreeMap<>();
    private final Map<IpAddress, Routed> routedByIp = new HashMap<>();

    /** The routes that name an IP address, and the ports that they and earlier ones have named. */
    private static final class Routed {
        private final LongHashSet allocationIds = new LongHashSet();
        private PortRange ports;

        Routed(int port) {
            ports = new PortRange(port, port);
        }

        boolean add(long allocationId, int port) {
            PortRange before = ports;
            allocationIds.add(allocationId);
            ports = new PortRange(Math.min(before.first(), port), Math.max(before.last(), port));
            return allocationIds.size() == 1 || !ports.equals(before);
        }
    }

    /** @param allowed whether a setting lets clients reach this relay IP address outside its port ranges */
    public RelayScope(Predicate<IpAddress> allowed) {
        this.allowed = allowed;
    }

    /** Each method answers whether {@link #scope} may have changed. */
    boolean add(NodeDescriptor node) {
        return !node.equals(members.put(node.incarnation(), node));
    }

    boolean remove(long incarnation) {
        return members.remove(incarnation) != null;
    }

    boolean routed(TransportAddress relayed, long allocationId) {
        Routed routed = routedByIp.get(relayed.ip());
        if (routed == null) {
            routed = new Routed(relayed.port());
            routedByIp.put(relayed.ip(), routed);
        }
        return routed.add(allocationId, relayed.port());
    }

    boolean unrouted(IpAddress relay, long allocationId) {
        Routed routed = routedByIp.get(relay);
        if (routed == null || !routed.allocationIds.remove(allocationId) || !routed.allocationIds.isEmpty()) {
            return false;
        }
        routedByIp.remove(relay);
        return true;
    }

    ClusterScope scope() {
        Map<IpAddress, List<PortRange>> relays = new HashMap<>();
        List<TransportAddress> controlEndpoints = new ArrayList<>();
        for (NodeDescriptor node : members.values()) {
            node.relayRanges()
                .forEach(range -> relays.computeIfAbsent(range.address(), ip -> new ArrayList<>()).add(range.ports()));
            controlEndpoints.addAll(node.controlEndpoints());
        }
        routedByIp.forEach((ip, routed) -> relays.computeIfAbsent(ip, gone -> new ArrayList<>(List.of(ALL_PORTS)))
            .add(routed.ports));
        return new ClusterScope(relays, controlEndpoints, allowed);
    }
}
