package io.turnstone.node.rib;

import io.turnstone.node.replication.Rendezvous;

/**
 * Where a client's packets were heard. Immutable, any thread.
 *
 * @param sequence mobility sequence number, from 1: one more per move
 * @param node incarnation of the node that heard them and said so
 * @param proxied they came through a proxy that names the client, so no other node can answer
 */
public record Attachment(long allocationId, long sequence, long node, boolean proxied) {
    static Attachment first(long allocationId, long node, boolean proxied) {
        return new Attachment(allocationId, 1, node, proxied);
    }

    Attachment movedTo(long newNode, boolean isProxied) {
        return new Attachment(allocationId, sequence + 1, newNode, isProxied);
    }

    /** The highest sequence number wins; ties go to the higher node. */
    boolean isBeyond(Attachment other) {
        int bySequence = Long.compare(sequence, other.sequence);
        return bySequence != 0 ? bySequence > 0 : Long.compareUnsigned(node, other.node) > 0;
    }

    long digest() {
        return Rendezvous.mix(Rendezvous.mix(Rendezvous.mix(allocationId) ^ sequence) ^ node);
    }
}
