package io.turnstone.node.replication;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;

/** How this node stands with one member: both directions of the stream, and what each still lacks. Control thread. */
final class PeerStream {
    enum Arrival {
        IN_ORDER,
        DUPLICATE,
        GAP
    }

    final long peer;
    /** This node's stream to the peer, and the last sequence taken by the fabric. */
    final long outgoing;
    long sent;

    /** Ids whose state the peer must still be sent; sent in turn as its queue has room. */
    final LinkedHashSet<Long> backlog = new LinkedHashSet<>();
    /** Pulls of the peer that end when the backlog is empty. */
    final Deque<Long> pulls = new ArrayDeque<>();

    private long incoming;
    private long expected;

    /** The pull under which the snapshot was asked for last, 0 before. */
    long snapshotPull;
    /** When the snapshot was asked for, or last seen to come. */
    long snapshotAskedMs;
    boolean snapshotComplete;
    /** The pull under which buckets were asked for last, 0 for none outstanding. */
    long bucketPull;
    long digestSentMs;
    /** This node holds all that the peer held when they compared digests last, and the other way round. */
    boolean pulled;
    boolean served;

    PeerStream(long peer, long outgoing) {
        this.peer = peer;
        this.outgoing = outgoing;
    }

    boolean isInSync() {
        return snapshotComplete && pulled && served;
    }

    /** Nothing is believed about the peer until digests have been compared again. */
    void distrust() {
        pulled = false;
        served = false;
    }

    Arrival accept(long stream, long sequence) {
        if (stream < incoming || (stream == incoming && sequence < expected)) {
            return Arrival.DUPLICATE;
        }
        boolean inOrder = stream == incoming ? sequence == expected : sequence == 1;
        incoming = stream;
        expected = sequence + 1;
        return inOrder ? Arrival.IN_ORDER : Arrival.GAP;
    }
}
