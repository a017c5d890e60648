package io.turnstone.node.rib;

import io.turnstone.protocol.net.FiveTuple;

/**
 * Hears which clients' packets have come to this node, from the forwarders and from authenticated requests, and has them
 * attached here if answers must leave where the client's packets arrive. Control thread.
 */
public final class Arrivals {
    private final Rib rib;
    private final Attachments attachments;
    private final boolean learns;

    /** @param learns false if any node may answer any client: then none is attached */
    public Arrivals(Rib rib, Attachments attachments, boolean learns) {
        this.rib = rib;
        this.attachments = attachments;
        this.learns = learns;
    }

    /** A client has sent to this node. One without an allocation is nobody's business here. */
    public void arrived(FiveTuple fiveTuple, long nowMs) {
        if (learns) {
            rib.byFiveTuple(fiveTuple)
                .ifPresent(
                    route -> attachments.arrived(route.allocationId(), rib.attachment(route), false, nowMs));
        }
    }
}
