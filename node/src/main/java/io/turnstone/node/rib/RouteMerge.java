package io.turnstone.node.rib;

import io.turnstone.protocol.net.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rules by which two versions of a route become one. Stateless, any thread. */
final class RouteMerge {
    private RouteMerge() {}

    /** A client that was told of a move is where it moved to, also for an authority that had not heard of it. */
    static Route merge(Route high, Route low) {
        if (high.version().compareTo(low.version()) < 0) {
            return merge(low, high);
        }
        Route later = low.mobility().ticket() > high.mobility().ticket() ? low : high;
        return new Route(
            high.allocationId(),
            high.lineage().merge(low.lineage()),
            later.fiveTuple(),
            high.relayedAddresses(),
            high.username(),
            high.createdMs(),
            Math.max(high.expiryMs(), low.expiryMs()),
            high.answer(),
            permissions(high.permissions(), low.permissions()),
            channels(high.channels(), low.channels()),
            later.mobility());
    }

    /** The union, each with its latest deadline. */
    static List<Permission> permissions(List<Permission> some, List<Permission> others) {
        Map<IpAddress, Permission> byPeer = new TreeMap<>();
        for (Permission permission : concat(some, others)) {
            byPeer.merge(permission.peer(), permission, (a, b) -> a.expiryMs() >= b.expiryMs() ? a : b);
        }
        return List.copyOf(byPeer.values());
    }

    /** The union, each with its latest deadline; a number bound differently stays with the higher version. */
    static List<Channel> channels(List<Channel> high, List<Channel> low) {
        Map<Integer, Channel> byNumber = new TreeMap<>();
        high.forEach(channel -> byNumber.put(channel.number(), channel));
        for (Channel channel : low) {
            byNumber.merge(channel.number(), channel, RouteMerge::later);
        }
        return List.copyOf(byNumber.values());
    }

    private static Channel later(Channel high, Channel low) {
        return high.peer().equals(low.peer()) && low.expiryMs() > high.expiryMs() ? low : high;
    }

    static List<Permission> sortedPermissions(List<Permission> permissions) {
        return sorted(permissions, Comparator.comparing(Permission::peer));
    }

    static List<Channel> sortedChannels(List<Channel> channels) {
        return sorted(channels, Comparator.comparingInt(Channel::number));
    }

    /** Most routes have one or none. */
    private static <T> List<T> sorted(List<T> some, Comparator<T> order) {
        return some.size() <= 1 ? List.copyOf(some) : some.stream().sorted(order).toList();
    }

    static <T> List<T> concat(List<T> some, List<T> others) {
        List<T> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }
}
