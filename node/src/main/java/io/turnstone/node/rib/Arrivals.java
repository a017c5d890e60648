package io.turnstone.node.rib;

import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.TransportAddress;

/**
 * Hears which clients' and peers' packets have come to this node, from the forwarders and from authenticated requests, and
 * has them attached here if answers must leave where the packets arrive. Control thread.
 */
public final class Arrivals {
    private final Rib rib;
    private final Attachments attachments;
    private final boolean learns;

    /** @param learns false if any node may answer any client: then only those are attached that come through a proxy */
    public Arrivals(Rib rib, Attachments attachments, boolean learns) {
        this.rib = rib;
        this.attachments = attachments;
        this.learns = learns;
    }

    /**
     * A client has sent to this node. One without an allocation is nobody's business here, and so is one that data are not
     * sent to yet, since it is moving (RFC 8016).
     *
     * @param hop the client, or the proxy that named it
     */
    public void arrived(FiveTuple fiveTuple, TransportAddress hop, long nowMs) {
        rib.byFiveTuple(fiveTuple)
            .filter(route -> rib.dataFiveTuple(route).equals(fiveTuple))
            .ifPresent(route -> arrived(route, hop, nowMs));
    }

    /** A datagram of a peer that no node relays has come to this node; see {@link Attachments#peerArrived}. */
    public void peerArrived(long allocationId, TransportAddress peer, long nowMs) {
        if (learns) {
            rib.byId(allocationId)
                .ifPresent(
                    route -> attachments.peerArrived(
                        allocationId, peer, rib.exit(route, peer), rib.standsIn(route), nowMs));
        }
    }

    private void arrived(Route route, TransportAddress hop, long nowMs) {
        boolean proxied = !hop.equals(rib.dataFiveTuple(route).client());
        rib.heard(route, hop);
        if (learns || proxied || rib.isProxied(route)) {
            attachments.arrived(route.allocationId(), rib.attachment(route), proxied, nowMs);
        }
    }
}
