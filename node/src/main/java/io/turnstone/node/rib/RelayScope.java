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
 * Which addresses are the cluster's: what its members say of themselves, and every relayed IP address that a route still
 * names though its node is gone; all ports of such a one lead to the forwarding tables only. Control thread.
 */
public final class RelayScope {
    private static final PortRange ALL_PORTS = new PortRange(1, TransportAddress.PORT_MAX);

    private final Predicate<IpAddress> allowed;
    private final Map<Long, NodeDescriptor> members = new TreeMap<>();
    private final Map<IpAddress, LongHashSet> routesByIp = new HashMap<>();

    /** @param allowed whether a setting lets clients reach this relay IP address outside its port ranges */
    public RelayScope(Predicate<IpAddress> allowed) {
        this.allowed = allowed;
    }

    /** Each method answers whether {@link #scope} has changed. */
    boolean add(NodeDescriptor node) {
        return !node.equals(members.put(node.incarnation(), node));
    }

    boolean remove(long incarnation) {
        return members.remove(incarnation) != null;
    }

    boolean routed(IpAddress relay, long allocationId) {
        LongHashSet routes = routesByIp.computeIfAbsent(relay, ip -> new LongHashSet());
        return routes.add(allocationId) && routes.size() == 1 && !isMembers(relay);
    }

    boolean unrouted(IpAddress relay, long allocationId) {
        LongHashSet routes = routesByIp.get(relay);
        if (routes == null || !routes.remove(allocationId) || !routes.isEmpty()) {
            return false;
        }
        routesByIp.remove(relay);
        return !isMembers(relay);
    }

    private boolean isMembers(IpAddress relay) {
        return members.values()
            .stream()
            .flatMap(node -> node.relayRanges().stream())
            .anyMatch(range -> range.address().equals(relay));
    }

    ClusterScope scope() {
        Map<IpAddress, List<PortRange>> relays = new HashMap<>();
        List<TransportAddress> controlEndpoints = new ArrayList<>();
        for (NodeDescriptor node : members.values()) {
            node.relayRanges()
                .forEach(range -> relays.computeIfAbsent(range.address(), ip -> new ArrayList<>()).add(range.ports()));
            controlEndpoints.addAll(node.controlEndpoints());
        }
        routesByIp.keySet().forEach(ip -> relays.putIfAbsent(ip, List.of(ALL_PORTS)));
        return new ClusterScope(relays, controlEndpoints, allowed);
    }
}
