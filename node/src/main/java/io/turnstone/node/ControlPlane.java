package io.turnstone.node;

import io.turnstone.config.Settings;
import io.turnstone.node.allocation.Alarms;
import io.turnstone.node.allocation.AllocationActor;
import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.allocation.AllocationReply;
import io.turnstone.node.allocation.IcmpRelay;
import io.turnstone.node.allocation.PeerPolicy;
import io.turnstone.node.allocation.RouteTable;
import io.turnstone.node.allocation.TurnService;
import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.MobilityTickets;
import io.turnstone.node.auth.RevokedCalls;
import io.turnstone.node.cluster.ClusterPart;
import io.turnstone.node.cluster.ClusterSettings;
import io.turnstone.node.cluster.PortSliceLedger;
import io.turnstone.node.cluster.ShardedAllocations;
import io.turnstone.node.fabric.FabricControl;
import io.turnstone.node.fabric.FabricSettings;
import io.turnstone.node.fabric.WakeablePause;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.replication.Replicator;
import io.turnstone.node.rib.Arrivals;
import io.turnstone.node.rib.Attachments;
import io.turnstone.node.rib.ControlRibProxy;
import io.turnstone.node.rib.Inquiry;
import io.turnstone.node.rib.Listeners;
import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.rib.PortLeases;
import io.turnstone.node.rib.PortSlices;
import io.turnstone.node.rib.RelayMode;
import io.turnstone.node.rib.RelayScope;
import io.turnstone.node.rib.Rib;
import io.turnstone.node.rib.RibProxy;
import io.turnstone.node.rib.Route;
import io.turnstone.node.rib.RouteCodec;
import io.turnstone.node.rib.RouteListener;
import io.turnstone.node.rib.SliceClaim;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * What decides: RIB, replicator, TURN service, relay ports, membership, all on the control thread. Built by {@link Node},
 * which runs {@link #agent}.
 */
final class ControlPlane implements RouteListener, RouteTable {
    private final long self;
    private final ForwardingPlane forwarding;
    private final LongSupplier clockMs;
    private final Inbox inbox;
    private final Sockets sockets;
    private final ErrorHandler failures;
    private final Map<TransportAddress, Integer> listenerByAddress = new HashMap<>();
    private final RelaySockets relaySockets;
    private final RelayService relays;
    private final PortSliceLedger sliceLedger;
    private final PortSlices slices;
    private final Replicator<Route> replicator;
    private final Attachments attachments;
    private final Arrivals arrivals;
    private final Rib rib;
    private final RibProxy ribProxy;
    private final Alarms alarms = new Alarms();
    private final Members members;
    private final ShardedAllocations allocations;
    private final TurnService turn;
    private final SignalingPeers signaling;
    private final Answers answers;
    private final IcmpErrors icmp;
    private final @Nullable FabricControl fabric;
    private volatile NodeState.Snapshot snapshot = NodeState.Snapshot.NONE;

    /**
     * What the whole node shares.
     *
     * @param pause how the control thread rests
     * @param signaling which sends and hears by the fabric
     * @param revoked calls that have ended
     */
    record Shared(LongSupplier clockMs, RandomGenerator random, ErrorHandler failures, Inbox inbox, WakeablePause pause,
        ClusterKeys keys, SignalingPeers signaling, RevokedCalls revoked) {}

    ControlPlane(Settings settings, NodeDescriptor self, Sockets sockets, ForwardingPlane forwarding, Shared shared) {
        this.self = self.incarnation();
        this.forwarding = forwarding;
        this.clockMs = shared.clockMs();
        this.inbox = shared.inbox();
        this.sockets = sockets;
        this.failures = shared.failures();
        this.signaling = shared.signaling();
        this.answers = new Answers(sockets, forwarding.controlCounters());
        for (int i = 0; i < sockets.listeners().size(); i++) {
            listenerByAddress.put(sockets.listeners().get(i).advertised(), i);
        }
        List<IpPrefix> allowed = NodeAddresses.prefixes(settings.peers().allow());
        List<RelayService.Address> addresses = NodeAddresses.relayAddresses(settings, shared.random());
        Map<IpAddress, PortLeases> common = commonPorts(self.relayMode(), addresses);
        this.sliceLedger = new PortSliceLedger(
            self.incarnation(), List.copyOf(common.keySet()), inbox, this::onClaims);
        this.slices = new PortSlices(
            self.incarnation(), common, sliceLedger, NodeParts.sliceTimes(settings), this::isInSync, shared.random());
        this.relaySockets = NodeParts.relaySockets(settings, sockets, this::onSocket);
        this.relays = new RelayService(
            addresses,
            relaySockets,
            this::isRouted,
            this::runHere,
            clockMs,
            shared.random());
        this.rib = new Rib(
            forwarding.fib(),
            new RelayScope(ip -> allowed.stream().anyMatch(prefix -> prefix.contains(ip))),
            this::numberOf,
            relaySockets,
            this::listenerOf,
            this);
        this.replicator = new Replicator<>(
            NodeParts.replication(settings), self.incarnation(), new RouteCodec(), this::sendToPeer, rib);
        this.attachments = new Attachments(
            self.incarnation(),
            settings.cluster().digestInterval().toMillis(),
            this::sendToPeer,
            rib,
            id -> rib.byId(id).isPresent());
        rib.attachments(attachments);
        this.arrivals = new Arrivals(rib, attachments, !forwarding.fib().returnPathDirect());
        this.ribProxy = new ControlRibProxy(this::runHere, replicator, clockMs);
        this.members = new Members(
            self,
            new Members.Tables(rib, replicator, attachments, slices, signaling),
            settings.cluster().suspectAfter().toNanos(),
            clockMs,
            NodeAddresses.isOnlySeed(settings));
        this.fabric = NodeAddresses.fabric(settings)
            .map(it -> fabric(it, self.incarnation(), shared))
            .orElse(null);
        if (fabric != null) {
            members.fabric(fabric);
            signaling.fabric(fabric, (int) settings.fabric().peerQueue().bytes() / 2);
        }
        PeerPolicy peers = new PeerPolicy(allowed, NodeAddresses.prefixes(settings.peers().deny()), rib::isRelayed);
        AllocationActor.Residents residents = new AllocationActor.Residents();
        AllocationActor.World world = new AllocationActor.World(self.incarnation(), NodeParts.limits(settings), peers,
            ribProxy, relays, alarms, residents, this::onReply, clockMs);
        this.allocations = new ShardedAllocations(
            ClusterSettings.DEFAULT_SHARD_CLAIMS,
            id -> AllocationActor.create(id, world),
            residents,
            this::onReply,
            clockMs,
            shared.random());
        this.turn = new TurnService(
            NodeParts.turn(settings, self),
            new TurnService.Proofs(NodeParts.authenticator(settings, shared.keys(), shared.random()),
                new MobilityTickets(shared.keys()), shared.revoked()),
            this,
            allocations,
            answers::send);
        this.icmp = new IcmpErrors(
            sockets, new IcmpRelay(this, this::listenerOf, answers::send, turn.counters(), shared.random()));
    }

    /** Where each node has its own addresses, all their ports are its to give away. */
    private static Map<IpAddress, PortLeases> commonPorts(RelayMode mode, List<RelayService.Address> addresses) {
        if (mode.isCommon()) {
            return addresses.stream()
                .collect(Collectors.toMap(RelayService.Address::advertised, RelayService.Address::leases));
        }
        addresses.forEach(address -> address.leases().grant(address.leases().range()));
        return Map.of();
    }

    private FabricControl fabric(FabricSettings settings, long incarnation, Shared shared) {
        return new FabricControl(settings, incarnation, shared.keys(), forwarding.lanes(), this::onPeerMessage,
            shared.pause(), System.nanoTime());
    }

    /** @param published runs on the control thread after each {@link #publish} */
    Agent agent(PuntQueue punts, Runnable published) {
        Runnable publish = () -> {
            publish();
            published.run();
        };
        return new ControlAgent(
            clockMs, inbox, punts,
            new ControlAgent.Parts(turn, relays, alarms, slices, replicator, rib, attachments, members, fabric, icmp,
                forwarding.kernel(), answers::flush, publish));
    }

    /** Publishes what only this thread can say. */
    private void publish() {
        snapshot = new NodeState.Snapshot(
            rib.countByOwner(self),
            relays.freePorts(),
            slices.held(),
            slices.isReady(),
            relaySockets.missing(),
            listens());
    }

    /** Before it has the others' routes a node leaves the flows of a port that it shares with them to them. */
    private boolean listens() {
        if (!members.isCaughtUp()) {
            return false;
        }
        if (relaySockets.missing() == 0) {
            forwarding.kernel().onCaughtUp();
        }
        try {
            sockets.listen();
            return true;
        } catch (IOException failed) {
            failures.onError(failed);
            return false;
        }
    }

    NodeState.Snapshot snapshot() {
        return snapshot;
    }

    Members members() {
        return members;
    }

    ShardedAllocations allocations() {
        return allocations;
    }

    /** What runs in every ActorSystem. */
    List<ClusterPart> clusterParts() {
        return slices.isEmpty() ? List.of(allocations) : List.of(allocations, sliceLedger);
    }

    TurnService turn() {
        return turn;
    }

    Replicator<Route> replicator() {
        return replicator;
    }

    Attachments attachments() {
        return attachments;
    }

    Rib rib() {
        return rib;
    }

    RelayService relays() {
        return relays;
    }

    @Nullable
    FabricControl fabric() {
        return fabric;
    }

    @Override
    public Optional<Route> byId(long allocationId) {
        return rib.byId(allocationId);
    }

    @Override
    public Optional<Route> byFiveTuple(FiveTuple fiveTuple) {
        return rib.byFiveTuple(fiveTuple);
    }

    @Override
    public Optional<Route> byRelayed(TransportAddress relayedAddress) {
        return rib.byRelayed(relayedAddress);
    }

    @Override
    public int countByUsername(String account) {
        return rib.countByUsername(account);
    }

    @Override
    public int countByMark(String mark) {
        return rib.ofMark(mark).size();
    }

    @Override
    public void arrived(FiveTuple fiveTuple, TransportAddress hop, long nowMs) {
        arrivals.arrived(fiveTuple, hop, nowMs);
    }

    @Override
    public void peerArrived(long allocationId, TransportAddress peer, long nowMs) {
        arrivals.peerArrived(allocationId, peer, nowMs);
    }

    @Override
    public Optional<TransportAddress> hop(Route route) {
        return rib.reachesClient(route) ? Optional.of(rib.hop(route)) : Optional.empty();
    }

    @Override
    public void inquire(FiveTuple fiveTuple, Consumer<Inquiry> answer) {
        if (members.knowsAll()) {
            ribProxy.inquire(fiveTuple, answer);
        } else {
            answer.accept(new Inquiry.Unsure());
        }
    }

    @Override
    public void onNamed(TransportAddress relayed) {
        slices.named(relayed);
        relaySockets.onNamed(relayed);
    }

    @Override
    public void onUnnamed(TransportAddress relayed) {
        slices.unnamed(relayed, clockMs.getAsLong());
        relays.close(relayed);
    }

    @Override
    public void onMerged(Route merged) {
        allocations.tell(merged.allocationId(), new AllocationCommand.RouteMerged());
    }

    /** For actors, which run on this thread; what fails is this thread's failure, not the actor's. */
    private void runHere(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error failed) {
            inbox.execute(() -> {
                throw failed;
            });
        }
    }

    private void onReply(AllocationReply reply) {
        runHere(() -> turn.onReply(reply, clockMs.getAsLong()));
    }

    private void onSocket(TransportAddress relayed) {
        rib.onSocket(relayed);
    }

    private void onClaims(IpAddress address, Set<SliceClaim> claims) {
        slices.onClaims(address, claims);
    }

    private boolean isInSync() {
        return replicator.allInSync();
    }

    private boolean isRouted(TransportAddress relayed) {
        return rib.byRelayed(relayed).isPresent();
    }

    private int numberOf(long incarnation) {
        return members.numberOf(incarnation);
    }

    private int listenerOf(TransportAddress serviceAddress, TransportProtocol protocol) {
        Integer listener = protocol == TransportProtocol.UDP ? listenerByAddress.get(serviceAddress) : null;
        return listener == null ? Listeners.NONE : listener;
    }

    private boolean sendToPeer(long peer, byte[] message) {
        return fabric != null && fabric.send(peer, message);
    }

    private void onPeerMessage(long peer, DirectBuffer buffer, int offset, int length) {
        members.onMessage(peer);
        if (Attachments.reads(buffer, offset, length)) {
            attachments.onMessage(peer, buffer, offset, length, clockMs.getAsLong());
        } else if (!signaling.takes(peer, buffer, offset, length)) {
            replicator.onMessage(peer, buffer, offset, length, clockMs.getAsLong());
        }
    }
}
