package io.turnstone.node.replication;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How this node stands with one member: both directions of the stream, and what each still lacks. One thread. */
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
    /** When its queue last had no room for what is in the backlog. */
    long refusedMs;
    /** Pulls of the peer that end when the backlog is empty. */
    final Deque<Long> pulls = new ArrayDeque<>();

    private long incoming;
    private long expected;

    /** Whether the peer's release knows digests of leaves. */
    final boolean narrows;
    /** Its digests per bucket, while they wait to be compared. */
    @Nullable
    List<Long> offered;
    long digestSentMs;
    /** This node holds all that the peer held when they compared digests last, and the other way round. */
    boolean pulled;
    boolean served;

    PeerStream(long peer, boolean narrows, long outgoing) {
        this.peer = peer;
        this.narrows = narrows;
        this.outgoing = outgoing;
    }

    boolean isInSync() {
        return pulled && served;
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
