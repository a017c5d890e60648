package io.turnstone.node.allocation;

import io.turnstone.node.rib.Channel;
import io.turnstone.node.rib.Permission;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;

/**
 * An allocation as an operator sees it. Immutable, any thread.
 *
 * @param allocationId unsigned
 * @param user who allocated it
 * @param client the client's address
 * @param serviceAddress where it reaches the cluster
 * @param relayedAddresses one, or one per family
 * @param owner the incarnation of the node whose authority wrote it last
 * @param createdMs epoch milliseconds
 * @param expiryMs epoch milliseconds
 * @param permissions those that live
 * @param channels those that live
 * @param traffic what passed through this node
 */
public record AllocationView(long allocationId, String user, TransportAddress client, TransportAddress serviceAddress,
    List<TransportAddress> relayedAddresses, long owner, long createdMs, long expiryMs, List<Permission> permissions,
    List<Channel> channels, Traffic traffic) {

    /** Packets and bytes of application data, <em>up</em> from the client and <em>down</em> to it. */
    public record Traffic(long packetsUp, long bytesUp, long packetsDown, long bytesDown) {}

    public static AllocationView of(Route route, Traffic traffic, long nowMs) {
        return new AllocationView(
            route.allocationId(),
            route.username(),
            route.fiveTuple().client(),
            route.fiveTuple().server(),
            route.relayedAddresses(),
            route.owner(),
            route.createdMs(),
            route.expiryMs(),
            route.permissions().stream().filter(permission -> permission.isLive(nowMs)).toList(),
            route.channels().stream().filter(channel -> channel.isLive(nowMs)).toList(),
            traffic);
    }
}
