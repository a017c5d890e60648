package io.turnstone.node.rib;

import io.turnstone.node.replication.Rendezvous;
import io.turnstone.protocol.net.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where the packets of an allocation's client, or of one of its peers, were heard. Immutable, any thread.
 *
 * @param peer one that no node relays; null for the client
 * @param sequence mobility sequence number, from 1: one more per move
 * @param node incarnation of the node that heard them and said so
 * @param proxied they came through a proxy that names the client, so no other node can answer
 */
public record Attachment(
    long allocationId, @Nullable TransportAddress peer, long sequence, long node, boolean proxied) {
    /** Of the client. */
    public Attachment(long allocationId, long sequence, long node, boolean proxied) {
        this(allocationId, null, sequence, node, proxied);
    }

    static Attachment first(long allocationId, @Nullable TransportAddress peer, long node, boolean proxied) {
        return new Attachment(allocationId, peer, 1, node, proxied);
    }

    Attachment movedTo(long newNode, boolean isProxied) {
        return new Attachment(allocationId, peer, sequence + 1, newNode, isProxied);
    }

    /** The highest sequence number wins; ties go to the higher node. */
    boolean isBeyond(Attachment other) {
        int bySequence = Long.compare(sequence, other.sequence);
        return bySequence != 0 ? bySequence > 0 : Long.compareUnsigned(node, other.node) > 0;
    }

    long digest() {
        long key = Rendezvous.mix(allocationId);
        if (peer != null) {
            key = Rendezvous.mix(Rendezvous.mix(Rendezvous.mix(key ^ peer.high()) ^ peer.low()) ^ peer.port());
        }
        return Rendezvous.mix(Rendezvous.mix(key ^ sequence) ^ node);
    }
}
