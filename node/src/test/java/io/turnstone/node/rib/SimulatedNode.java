package io.turnstone.node.rib;

import io.turnstone.node.allocation.Allocation;
import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.allocation.AllocationEffect;
import io.turnstone.node.allocation.AllocationLimits;
import io.turnstone.node.allocation.AllocationReply;
import io.turnstone.node.allocation.PeerPolicy;
import io.turnstone.node.allocation.RelayPorts;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.fib.Lookup;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.replication.Replicator;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;

/** One node of a {@link SimulatedCluster}: the real machines, with the simulation's time, network and sharding around them. */
final class SimulatedNode implements RouteListener {
    private static final long SUSPECT_AFTER_MS = 300;

    final long incarnation;
    final int listener;
    final Fib fib = new Fib(1, false);
    final Rib rib;
    final Replicator<Route> replicator;
    final Lookup lookup = fib.newLookup();
    final Attachments attachments;
    final Arrivals arrivals;
    final RibProxy proxy;
    final PortLeases leases;
    final Map<Long, Allocation> authorities = new HashMap<>();
    private final Map<Long, Long> lastHeardMs = new HashMap<>();
    private final Map<TransportAddress, Integer> sockets = new HashMap<>();
    private final SimulatedCluster cluster;
    private final IpAddress relayAddress;
    private Set<Long> live;
    private Set<Long> heard;
    boolean dead;

    SimulatedNode(long incarnation, int index, SimulatedCluster cluster) {
        this.incarnation = incarnation;
        this.listener = index;
        this.cluster = cluster;
        this.live = Set.of(incarnation);
        this.heard = live;
        this.relayAddress = IpAddress.ofIpv4(0xCB00_7100 + index);
        NodeDescriptor.RelayRange range = new NodeDescriptor.RelayRange(relayAddress, new PortRange(49_152, 49_999));
        this.leases = new PortLeases(range.ports(), 5_000, cluster.random);
        this.leases.grant(range.ports());
        this.rib = new Rib(
            fib,
            new RelayScope(ip -> false),
            node -> node == incarnation ? NodeNumbers.SELF : Math.toIntExact(node),
            relayed -> sockets.getOrDefault(relayed, LocalSockets.NONE),
            (service, protocol) -> index,
            this);
        ReplicationSettings settings = new ReplicationSettings(
            cluster.acknowledgements,
            cluster.tempo.digestMs(),
            40_000,
            2_000,
            (int) incarnation % 3);
        this.replicator = new Replicator<>(
            settings,
            incarnation,
            new RouteCodec(),
            (peer, message) -> cluster.send(incarnation, peer, message),
            rib);
        this.attachments = new Attachments(
            incarnation,
            cluster.tempo.digestMs(),
            (peer, message) -> cluster.send(incarnation, peer, message),
            rib,
            id -> rib.byId(id).isPresent());
        rib.attachments(attachments);
        this.arrivals = new Arrivals(rib, attachments, true);
        this.proxy = new ControlRibProxy(Runnable::run, replicator, () -> cluster.nowMs);
        rib.addNode(descriptor());
        onLive();
    }

    NodeDescriptor descriptor() {
        NodeDescriptor.RelayRange range = new NodeDescriptor.RelayRange(relayAddress, new PortRange(49_152, 49_999));
        return new NodeDescriptor(
            incarnation,
            "",
            SimulatedRequests.SERVICE,
            List.of(),
            RelayMode.NODE,
            List.of(range),
            List.of(),
            List.of(),
            1,
            false);
    }

    void addPeer(SimulatedNode peer) {
        rib.addNode(peer.descriptor());
        boolean sameRelease = (incarnation + peer.incarnation) % 4 != 0;
        replicator.addPeer(peer.incarnation, sameRelease, cluster.nowMs);
        attachments.addPeer(peer.incarnation, cluster.nowMs);
        lastHeardMs.put(peer.incarnation, cluster.nowMs);
    }

    boolean knows(SimulatedNode peer) {
        return lastHeardMs.containsKey(peer.incarnation);
    }

    void removePeer(long peer) {
        rib.removeNode(peer);
        replicator.removePeer(peer, cluster.nowMs);
        attachments.removePeer(peer);
        lastHeardMs.remove(peer);
        judge();
    }

    void onMessage(long peer, byte[] message) {
        UnsafeBuffer buffer = new UnsafeBuffer(message);
        if (Attachments.reads(buffer, 0, message.length)) {
            attachments.onMessage(peer, buffer, 0, message.length, cluster.nowMs);
        } else {
            replicator.onMessage(peer, buffer, 0, message.length, cluster.nowMs);
        }
    }

    void tick() {
        for (Map.Entry<Long, Long> heard : lastHeardMs.entrySet()) {
            SimulatedNode peer = cluster.node(heard.getKey());
            if (peer != null && cluster.network.connected(incarnation, peer.incarnation)
                && !cluster.network.isPaused(peer.incarnation, cluster.nowMs)) {
                if (cluster.nowMs - heard.getValue() >= SUSPECT_AFTER_MS) {
                    replicator.exchangeDigests(peer.incarnation, cluster.nowMs);
                    attachments.exchangeDigests(peer.incarnation, cluster.nowMs);
                }
                heard.setValue(cluster.nowMs);
            }
        }
        judge();
        replicator.doWork(cluster.nowMs);
        attachments.doWork(cluster.nowMs);
    }

    /** Live: heard lately, and either live before or in sync since; itself unless it has just paused. */
    private void judge() {
        boolean late = cluster.nowMs < cluster.network.pausedUntilMs(incarnation) + SUSPECT_AFTER_MS;
        Set<Long> judged = new TreeSet<>(late ? Set.of() : Set.of(incarnation));
        Set<Long> listened = new TreeSet<>(Set.of(incarnation));
        lastHeardMs.forEach((peer, heardMs) -> {
            if (cluster.nowMs - heardMs < SUSPECT_AFTER_MS) {
                listened.add(peer);
                if (live.contains(peer) || replicator.inSync(peer)) {
                    judged.add(peer);
                }
            }
        });
        if (!judged.equals(live) || !listened.equals(heard)) {
            live = judged;
            heard = listened;
            onLive();
        }
    }

    private void onLive() {
        rib.onLive(live, heard);
        replicator.onLive(live, heard, cluster.nowMs);
    }

    boolean isReady() {
        return replicator.allInSync();
    }

    void tell(long id, AllocationCommand command) {
        Allocation authority = authorities.get(id);
        if (authority == null) {
            PeerPolicy everyone = new PeerPolicy(List.of(), List.of(), ip -> true);
            AllocationLimits limits = new AllocationLimits(
                cluster.tempo.lifetimeSeconds(),
                3 * cluster.tempo.lifetimeSeconds(),
                64,
                64,
                0x7FFF);
            authority = new Allocation(id, incarnation, limits, everyone);
            authorities.put(id, authority);
            perform(id, authority.start(cluster.nowMs));
        }
        Allocation current = authorities.get(id);
        if (current != null) {
            perform(id, current.handle(command, cluster.nowMs));
        }
    }

    private void tellIfThere(long id, Allocation authority, AllocationCommand command) {
        if (!dead && authorities.get(id) == authority) {
            perform(id, authority.handle(command, cluster.nowMs));
        }
    }

    private void perform(long id, List<AllocationEffect> effects) {
        Deque<AllocationEffect> left = new ArrayDeque<>(effects);
        Allocation authority = authorities.get(id);
        while (!left.isEmpty() && authority != null) {
            perform(id, authority, left.poll());
        }
    }

    private void perform(long id, Allocation authority, AllocationEffect effect) {
        switch (effect) {
            case AllocationEffect.Recover() -> proxy.find(
                id,
                found -> later(() -> tellIfThere(id, authority, new AllocationCommand.Recovered(found))));
            case AllocationEffect.OpenRelay(var request) -> later(
                () -> tellIfThere(id, authority, new AllocationCommand.RelayAnswered(open())));
            case AllocationEffect.ReleaseRelay(List<TransportAddress> relayed) -> relayed.forEach(this::close);
            case AllocationEffect.Announce(Route route, long asker) -> {
                cluster.model.onAttempt(route);
                proxy.announce(route, asker, outcome -> later(() -> {
                    cluster.model.onOutcome(route, outcome);
                    tellIfThere(id, authority, command(outcome));
                }));
            }
            case AllocationEffect.Withdraw(var version, long asker) -> {
                cluster.model.onWithdrawal(id, replicator.find(id));
                proxy.withdraw(
                    id,
                    version,
                    asker,
                    outcome -> later(() -> tellIfThere(id, authority, withdrawn(outcome))));
            }
            case AllocationEffect.Respond(AllocationReply reply) -> cluster.model.onReply(id, reply);
            case AllocationEffect.WakeAt(long deadlineMs) -> cluster.at(
                deadlineMs,
                () -> tellIfThere(id, authority, new AllocationCommand.Wake()));
            case AllocationEffect.Stop() -> authorities.remove(id, authority);
        }
    }

    private void later(Runnable task) {
        cluster.at(cluster.nowMs + 1, task);
    }

    private static AllocationCommand command(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Replicated(var version) -> new AllocationCommand.Replicated(version);
            case Outcome.Conflict(Route existing) -> new AllocationCommand.Conflict(existing);
            case Outcome.Gone() -> new AllocationCommand.Gone();
        };
    }

    private static AllocationCommand withdrawn(Outcome outcome) {
        return outcome instanceof Outcome.Gone ? new AllocationCommand.Gone() : new AllocationCommand.Withdrawn();
    }

    private RelayPorts.RelayOutcome open() {
        OptionalInt port = leases.lease(cluster.nowMs);
        TransportAddress relayed = TransportAddress.of(relayAddress, port.orElseThrow());
        sockets.put(relayed, port.getAsInt());
        return new RelayPorts.Opened(List.of(relayed), OptionalLong.empty(), Optional.empty());
    }

    private void close(TransportAddress relayed) {
        if (relayed.ip().equals(relayAddress) && sockets.remove(relayed) != null) {
            leases.release(relayed.port(), cluster.nowMs);
        }
    }

    @Override
    public void onNamed(TransportAddress relayed) {}

    @Override
    public void onUnnamed(TransportAddress relayed) {
        close(relayed);
    }

    @Override
    public void onMerged(Route merged) {
        later(() -> cluster.onMerged(this, merged.allocationId()));
    }

    /** The ActorSystem is replaced: its actors are gone, everything else goes on. */
    void restartActors() {
        authorities.clear();
    }
}
