package io.turnstone.node.replication;

import io.turnstone.protocol.wire.ReplicationMessage;
import java.util.Collection;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The members other than this node, and the way to each. One thread. */
final class PeerStreams {
    static final int WIRE_VERSION = 1;

    final long self;
    private final Outbox outbox;
    private final ReplicationCounters counters;
    private final TreeMap<Long, PeerStream> byPeer = new TreeMap<>();
    private Set<Long> live = Set.of();
    private Set<Long> heard = Set.of();
    private long lastStream;

    PeerStreams(long self, Outbox outbox, ReplicationCounters counters) {
        this.self = self;
        this.outbox = outbox;
        this.counters = counters;
    }

    /** Null if the peer is a member already. */
    @Nullable
    PeerStream add(long peer, boolean narrows, long nowMs) {
        if (peer == self || byPeer.containsKey(peer)) {
            return null;
        }
        lastStream = Math.max(lastStream + 1, nowMs);
        PeerStream stream = new PeerStream(peer, narrows, lastStream);
        byPeer.put(peer, stream);
        return stream;
    }

    void remove(long peer) {
        byPeer.remove(peer);
    }

    @Nullable
    PeerStream get(long peer) {
        return byPeer.get(peer);
    }

    Collection<PeerStream> all() {
        return byPeer.values();
    }

    /** The nodes that take part in decisions; this one among them unless it is draining. */
    Set<Long> live() {
        return live;
    }

    /** The nodes that are heard, live or not, and this one. */
    Set<Long> heard() {
        return heard;
    }

    void live(Set<Long> liveNodes, Set<Long> heardNodes) {
        live = new TreeSet<>(liveNodes);
        heard = new TreeSet<>(heardNodes);
    }

    /** Whether there are other members, and none takes part in decisions. */
    boolean isLonely() {
        return !byPeer.isEmpty() && count(live) == 0;
    }

    /** Whether this node and those that it hears are fewer than half of all. */
    boolean isOfTheFewer() {
        return 2 * (1 + count(heard)) < 1 + byPeer.size();
    }

    private int count(Set<Long> nodes) {
        int count = 0;
        for (Long peer : byPeer.keySet()) {
            count += nodes.contains(peer) ? 1 : 0;
        }
        return count;
    }

    boolean isLive(long peer) {
        return live.contains(peer);
    }

    /** False while the peer's queue is full; the message has then not been sent at all. */
    boolean send(PeerStream stream, ReplicationMessage.Builder message) {
        byte[] bytes = message.setWireVersion(WIRE_VERSION)
            .setStream(stream.outgoing)
            .setSequence(stream.sent + 1)
            .build()
            .toByteArray();
        if (!outbox.send(stream.peer, bytes)) {
            counters.increment(ReplicationCounter.SEND_REFUSALS);
            return false;
        }
        stream.sent++;
        counters.increment(ReplicationCounter.MESSAGES_SENT);
        counters.add(ReplicationCounter.BYTES_SENT, bytes.length);
        return true;
    }
}
