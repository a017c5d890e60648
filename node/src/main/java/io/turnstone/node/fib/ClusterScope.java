package io.turnstone.node.fib;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which transport addresses belong to the cluster itself, judged per packet because a permission names only an IP
 * address. Immutable, any thread.
 */
public final class ClusterScope {
    /** Not the cluster's: the packet leaves through a relay socket. */
    public static final int PLAIN = 0;
    /** A relayed address of the cluster, whether allocated or not: reachable through the FIB only. */
    public static final int RELAYED = 1;
    /** A control endpoint, or a port of a relay's IP address that no setting opens: never reachable. */
    public static final int FORBIDDEN = 2;

    public static final ClusterScope EMPTY = new ClusterScope(Map.of(), List.of(), ip -> false);

    private final AddressTable<Relay> relays = new AddressTable<>();
    private final AddressTable<TransportAddress> controlEndpoints = new AddressTable<>();

    private record Relay(List<PortRange> ranges, boolean covered) {
        boolean relays(int port) {
            for (int i = 0; i < ranges.size(); i++) {
                if (ranges.get(i).contains(port)) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * @param relays the advertised relay addresses of all nodes with their port ranges
     * @param controlEndpoints what no peer address may ever be: Artery, fabric, admin, listeners of all nodes
     * @param allowed whether a setting allows that relay's IP address as a peer, for its ports outside the ranges
     */
    public ClusterScope(
        Map<IpAddress, List<PortRange>> relays,
        Collection<TransportAddress> controlEndpoints,
        Predicate<IpAddress> allowed) {
        relays.forEach((ip, ranges) -> this.relays
            .put(ip.high(), ip.low(), 0, 0, new Relay(List.copyOf(ranges), allowed.test(ip))));
        controlEndpoints.forEach(at -> this.controlEndpoints.put(at.high(), at.low(), at.port(), 0, at));
    }

    /** Whether it is the IP address of one of the relays. */
    public boolean isRelay(long high, long low) {
        return relays.get(high, low, 0, 0) != null;
    }

    /** One of {@link #PLAIN}, {@link #RELAYED}, {@link #FORBIDDEN}. */
    public int classify(long high, long low, int port) {
        if (controlEndpoints.get(high, low, port, 0) != null) {
            return FORBIDDEN;
        }
        @Nullable
        Relay relay = relays.get(high, low, 0, 0);
        if (relay == null) {
            return PLAIN;
        }
        if (relay.relays(port)) {
            return RELAYED;
        }
        return relay.covered() ? PLAIN : FORBIDDEN;
    }
}
