package io.turnstone.node.signaling;

import io.turnstone.node.service.Counters;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The flows of all nodes: those of this node are its connections, what leaves by another's goes there first. Messages
 * between two nodes keep their order. The signaling thread's.
 */
final class ClusterFlows implements Flows {
    /** What {@link #usableUntilMs} says of a node that is heard. */
    static final long NOW = Long.MAX_VALUE;
    private static final long REMEMBERED_MS = TimeUnit.MINUTES.toMillis(10);

    private final long self;
    private final SipConnections connections;
    private final PeerLink peers;
    private final Counters<SignalingCounter> counters;
    private final Map<Long, Long> silentSinceMs = new HashMap<>();
    private Set<Long> heard = Set.of();

    /** @param self incarnation of this node */
    ClusterFlows(long self, SipConnections connections, PeerLink peers, Counters<SignalingCounter> counters) {
        this.self = self;
        this.connections = connections;
        this.peers = peers;
        this.counters = counters;
    }

    /** @param nodes whose flows can be used from now on */
    void heard(Set<Long> nodes, long nowMs) {
        silentSinceMs.values().removeIf(sinceMs -> nowMs - sinceMs > REMEMBERED_MS);
        heard.stream().filter(node -> !nodes.contains(node)).forEach(node -> silentSinceMs.put(node, nowMs));
        silentSinceMs.keySet().removeAll(nodes);
        heard = nodes;
    }

    /**
     * When flows of that node could be used last, in epoch milliseconds: {@link #NOW} if they can be, 0 if that is long ago or
     * they never could.
     */
    long usableUntilMs(long node) {
        return node == self || heard.contains(node) ? NOW : silentSinceMs.getOrDefault(node, 0L);
    }

    @Override
    public boolean send(FlowName flow, DirectBuffer buffer, int offset, int length) {
        if (flow.node() == self) {
            return connections.send(flow, buffer, offset, length);
        }
        return heard.contains(flow.node())
            && send(flow.node(), PeerMessages.deliver(flow, buffer, offset, length));
    }

    @Override
    public Arrival atPort(Arrival arrival, int port) {
        return connections.atPort(arrival, port);
    }

    @Override
    public @Nullable FlowName open(Hop hop) {
        return connections.open(hop);
    }

    @Override
    public boolean isHeard(long node) {
        return usableUntilMs(node) == NOW;
    }

    @Override
    public void handOver(long node, Arrival from, DirectBuffer buffer, int offset, int length) {
        if (heard.contains(node)) {
            send(node, PeerMessages.handOver(from, buffer, offset, length));
        }
    }

    private boolean send(long node, byte[] message) {
        boolean taken = message.length <= PeerLink.MESSAGE_BYTES_MAX && peers.send(node, message);
        counters.add(taken ? SignalingCounter.PEER_SENT : SignalingCounter.PEER_UNSENT);
        return taken;
    }
}
