package io.turnstone.node.signaling;

import io.turnstone.node.replication.Replicator;
import io.turnstone.node.service.Counters;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/** Does what other nodes ask for, and follows which of them are there. The signaling thread's. */
final class Peers {
    private final long self;
    private final SipConnections connections;
    private final ClusterFlows flows;
    private final Replicator<AddressRecord> replicator;
    private final ReplicatedPresence presence;
    private final SipEngine engine;
    private final Counters<SignalingCounter> counters;
    private final LongSupplier clockMs;
    private final Set<Long> joined = new TreeSet<>();
    private final Set<Long> joinedInPresence = new TreeSet<>();
    private final UnsafeBuffer message = new UnsafeBuffer(0, 0);
    private Set<Long> live = Set.of();
    private Set<Long> heard = Set.of();

    /** What is at work for other nodes. */
    record Parts(SipConnections connections, ClusterFlows flows, Replicator<AddressRecord> replicator,
        ReplicatedPresence presence, SipEngine engine) {}

    /** @param self incarnation of this node */
    Peers(long self, Parts parts, Counters<SignalingCounter> counters, LongSupplier clockMs) {
        this.self = self;
        this.connections = parts.connections();
        this.flows = parts.flows();
        this.replicator = parts.replicator();
        this.presence = parts.presence();
        this.engine = parts.engine();
        this.counters = counters;
        this.clockMs = clockMs;
        replicator.onLive(Set.of(self), Set.of(self), clockMs.getAsLong());
        presence.replicator().onLive(Set.of(self), Set.of(self), clockMs.getAsLong());
    }

    void onEvent(PeerInbox.Event event) {
        long nowMs = clockMs.getAsLong();
        switch (event) {
            case PeerInbox.Event.Joined(long node, boolean sharesPresence) -> {
                joined.add(node);
                replicator.addPeer(node, true, nowMs);
                if (sharesPresence) {
                    joinedInPresence.add(node);
                    presence.replicator().addPeer(node, true, nowMs);
                }
                judge(nowMs);
            }
            case PeerInbox.Event.Left(long node) -> {
                joined.remove(node);
                joinedInPresence.remove(node);
                replicator.removePeer(node, nowMs);
                presence.replicator().removePeer(node, nowMs);
                judge(nowMs);
            }
            case PeerInbox.Event.Judged(Set<Long> nowLive, Set<Long> nowHeard) -> {
                Set<Long> before = heard;
                live = nowLive;
                heard = nowHeard;
                judge(nowMs);
                joined.stream()
                    .filter(node -> heard.contains(node) && !before.contains(node))
                    .forEach(node -> {
                        replicator.exchangeDigests(node, nowMs);
                        presence.replicator().exchangeDigests(node, nowMs);
                    });
            }
            case PeerInbox.Event.Received(long node, byte[] octets) -> onMessage(node, octets, nowMs);
            case PeerInbox.Event.Unsent(long node, byte[] octets) -> onUnsent(node, octets, nowMs);
        }
    }

    /** Nodes that serve no SIP decide nothing here, and have no flows. */
    private void judge(long nowMs) {
        replicator.onLive(ours(joined, live), ours(joined, heard), nowMs);
        flows.heard(ours(joined, heard), nowMs);
        Set<Long> homes = ours(joinedInPresence, live);
        presence.replicator().onLive(homes, ours(joinedInPresence, heard), nowMs);
        presence.live(homes);
        engine.presence().onNodes();
    }

    private Set<Long> ours(Set<Long> members, Set<Long> nodes) {
        Set<Long> ours = new HashSet<>(members);
        ours.add(self);
        ours.retainAll(nodes);
        return ours;
    }

    private void onMessage(long node, byte[] octets, long nowMs) {
        switch (PeerMessages.read(octets)) {
            case PeerMessages.Content.Replication(byte[] replication) -> {
                message.wrap(replication);
                replicator.onMessage(node, message, 0, replication.length, nowMs);
            }
            case PeerMessages.Content.Deliver deliver ->
                deliver(new FlowName(self, deliver.flowId(), deliver.transport()), deliver.octets(), nowMs);
            case PeerMessages.Content.HandOver handOver -> {
                FlowName from = new FlowName(node, handOver.flowId(), handOver.transport());
                message.wrap(handOver.octets());
                engine.onMessage(new Arrival(from, handOver.remote()), message, 0, handOver.octets().length, nowMs);
            }
            case PeerMessages.Content.Presence(byte[] replication) -> {
                message.wrap(replication);
                presence.replicator().onMessage(node, message, 0, replication.length, nowMs);
            }
            case null -> counters.add(SignalingCounter.PEER_MALFORMED);
        }
    }

    private void deliver(FlowName flow, byte[] octets, long nowMs) {
        message.wrap(octets);
        if (connections.send(flow, message, 0, octets.length)) {
            counters.add(SignalingCounter.PEER_DELIVERED);
        } else {
            counters.add(SignalingCounter.PEER_FLOW_GONE);
            engine.onUndelivered(flow, message, 0, octets.length, nowMs);
        }
    }

    /** A replicator's message that is lost is made good by comparing; what was to be delivered was our engine's. */
    private void onUnsent(long node, byte[] octets, long nowMs) {
        counters.add(SignalingCounter.PEER_UNSENT);
        if (PeerMessages.read(octets) instanceof PeerMessages.Content.Deliver deliver) {
            message.wrap(deliver.octets());
            FlowName flow = new FlowName(node, deliver.flowId(), deliver.transport());
            engine.onUndelivered(flow, message, 0, deliver.octets().length, nowMs);
        }
    }

    /** Whether this node and each that is heard hold the same, as far as both have been able to tell. */
    boolean isInSync() {
        for (long node : joined) {
            boolean agrees = replicator.inSync(node)
                && (!joinedInPresence.contains(node) || presence.replicator().inSync(node));
            if (heard.contains(node) && !agrees) {
                return false;
            }
        }
        return true;
    }
}
