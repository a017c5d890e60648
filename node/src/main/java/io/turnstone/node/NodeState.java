package io.turnstone.node;

import io.turnstone.node.allocation.TurnCounter;
import io.turnstone.node.doors.DoorServer;
import io.turnstone.node.fabric.FabricControl;
import io.turnstone.node.fabric.FabricCounter;
import io.turnstone.node.fabric.FabricOutcome;
import io.turnstone.node.fabric.FabricPeerView;
import io.turnstone.node.fib.DropReason;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.fib.LegCounters;
import io.turnstone.node.forwarding.ForwardingCounter;
import io.turnstone.node.forwarding.PathCounters;
import io.turnstone.node.operations.AllocationView;
import io.turnstone.node.operations.CallView;
import io.turnstone.node.operations.MetricSink;
import io.turnstone.node.operations.NodeViews;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.punt.PuntReason;
import io.turnstone.node.replication.DelayHistogram;
import io.turnstone.node.replication.ReplicationCounter;
import io.turnstone.node.replication.ReplicationCounters;
import io.turnstone.node.rib.AttachmentCounter;
import io.turnstone.node.rib.Homes;
import io.turnstone.node.rib.Route;
import io.turnstone.node.transport.Sockets;
import io.turnstone.node.transport.TransportCounter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the node shows of itself. The control thread publishes a {@link Snapshot} now and then; any thread reads. */
final class NodeState implements NodeViews {
    private static final double MS_PER_SECOND = 1_000;

    private final ControlPlane plane;
    private final ForwardingPlane forwarding;
    private final Sockets sockets;
    private final PuntQueue punts;
    private final SessionsPart sessions;
    private final @Nullable SignalingPart signaling;
    private final @Nullable DoorServer doors;
    private final Failures failures;
    private final Inbox inbox;
    private final LongSupplier clockMs;
    private final ReadinessLog readiness;
    private volatile boolean hasBindings;

    /**
     * What has something to show.
     *
     * @param signaling null without signaling
     * @param doors null without doors
     */
    record Parts(ControlPlane plane, ForwardingPlane forwarding, Sockets sockets, PuntQueue punts,
        SessionsPart sessions, @Nullable SignalingPart signaling, @Nullable DoorServer doors) {}

    NodeState(Parts parts, Failures failures, Inbox inbox, LongSupplier clockMs) {
        this.plane = parts.plane();
        this.forwarding = parts.forwarding();
        this.sockets = parts.sockets();
        this.punts = parts.punts();
        this.sessions = parts.sessions();
        this.signaling = parts.signaling();
        this.doors = parts.doors();
        this.failures = failures;
        this.inbox = inbox;
        this.clockMs = clockMs;
        this.readiness = new ReadinessLog(
            clockMs.getAsLong() - ManagementFactory.getRuntimeMXBean().getUptime());
    }

    /**
     * What only the control thread can say.
     *
     * @param owned allocations whose authority is on this node
     * @param slices how many slices of the cluster's relay ports this node holds
     * @param hasPorts whether it has ports of each family to give away, or will have when they are free again
     * @param socketsMissing relayed addresses of the cluster without a socket here
     * @param caughtUp whether this node has got all routes since it became a member, and listens everywhere
     */
    record Snapshot(int owned, int freePorts, int slices, boolean hasPorts, int socketsMissing, boolean caughtUp) {
        static final Snapshot NONE = new Snapshot(0, 0, 0, false, 0, false);
    }

    @Override
    public List<String> failures() {
        return failures.fatal();
    }

    @Override
    public List<String> notReady() {
        List<String> reasons = new ArrayList<>(failures.fatal());
        Members members = plane.members();
        if (!members.refusal().isEmpty()) {
            reasons.add(members.refusal());
        }
        if (members.isDraining()) {
            reasons.add("this node is draining");
        }
        if (!members.isSelfUp()) {
            reasons.add("this node is not a member of the cluster yet");
        }
        if (!plane.allocations().isClaimed()) {
            reasons.add("only " + plane.allocations().shardsHosted() + " shards are claimed yet");
        }
        if (!plane.snapshot().hasPorts()) {
            reasons.add("no slice of the cluster's relay ports is held yet");
        }
        if (!plane.snapshot().caughtUp()) {
            reasons.add("the routes of the other members are still being fetched, or a shared port cannot be bound");
        } else if (!hasBindings()) {
            reasons.add("the SIP registrations of the other members are still being fetched");
        }
        return reasons;
    }

    /** Since it has all routes; what changes from then on keeps no client waiting. */
    private boolean hasBindings() {
        hasBindings = hasBindings || signaling == null || signaling.isInSync();
        return hasBindings;
    }

    /** Tells the packet threads and the log whether this node is ready. Control thread, again and again. */
    void tellReady() {
        List<String> missing = notReady();
        forwarding.serving(missing.isEmpty());
        readiness.look(missing, clockMs.getAsLong());
    }

    @Override
    public CompletionStage<List<AllocationView>> allocations(Predicate<String> account, long after, int limit) {
        CompletableFuture<List<AllocationView>> page = new CompletableFuture<>();
        inbox.execute(() -> page.complete(
            plane.rib()
                .all()
                .stream()
                .filter(route -> Long.compareUnsigned(route.allocationId(), after) > 0)
                .filter(route -> account.test(route.username()))
                .sorted(Comparator.comparing(Route::allocationId, Long::compareUnsigned))
                .limit(limit)
                .map(this::view)
                .toList()));
        return page;
    }

    @Override
    public CompletionStage<List<CallView>> calls(int limit) {
        return sessions.calls(limit);
    }

    @Override
    public String nodeName(long incarnation) {
        return plane.members().name(incarnation);
    }

    private AllocationView view(Route route) {
        Leg leg = forwarding.fib().byId(route.allocationId());
        LegCounters counters = leg == null ? new LegCounters(1) : leg.counters();
        Members members = plane.members();
        return new AllocationView(
            route, members.name(route.owner()), members.name(Homes.home(route, members.servers())), counters);
    }

    @Override
    public void collect(MetricSink sink) {
        Snapshot snapshot = plane.snapshot();
        sink.gauge("allocations", "Allocations whose authority is on this node.", snapshot.owned());
        sink.gauge("relay_ports_free", "Relay ports that could be leased now.", snapshot.freePorts());
        sink.gauge("relay_slices_held", "Slices of 64 relay ports that this node holds (relay.mode shared, cluster).",
            snapshot.slices());
        sink.gauge("relay_sockets_missing", "Relayed addresses of the cluster that find no room for a socket here.",
            snapshot.socketsMissing());
        sink.gauge("shards_hosted", "Shards of allocations hosted here.", plane.allocations().shardsHosted());
        Members.Size size = plane.members().size();
        sink.gauge("members", "Members of the cluster, this node among them; 0 while it is none.",
            size.members());
        sink.gauge("nodes_live", "Nodes that are heard and hold the same routes, this one among them.",
            size.live());
        collectPackets(sink);
        forwarding.kernel().collect(sink);
        collectControl(sink);
        collectReplication(sink);
        sink.counters("attachment", AttachmentCounter.values(), AttachmentCounter::meaning,
            plane.attachments().counters()::get);
        FabricControl fabric = plane.fabric();
        if (fabric != null) {
            collectFabric(sink, fabric);
        }
        sessions.collect(sink);
        if (signaling != null) {
            signaling.collect(sink);
        }
        if (doors != null) {
            DoorParts.collect(doors, sink);
        }
    }

    private void collectPackets(MetricSink sink) {
        traffic(sink, "client_to_peer", "direct", ForwardingCounter.PACKETS_TO_PEER, ForwardingCounter.BYTES_TO_PEER);
        traffic(
            sink, "peer_to_client", "direct", ForwardingCounter.PACKETS_TO_CLIENT, ForwardingCounter.BYTES_TO_CLIENT);
        traffic(sink, "client_to_client", "relay", ForwardingCounter.PACKETS_RELAY, ForwardingCounter.BYTES_RELAY);
        traffic(sink, "to_node", "fabric", ForwardingCounter.PACKETS_TO_FABRIC, ForwardingCounter.BYTES_TO_FABRIC);
        traffic(
            sink, "from_node", "fabric", ForwardingCounter.PACKETS_FROM_FABRIC, ForwardingCounter.BYTES_FROM_FABRIC);
        sink.counters("forwarding", ForwardingCounter.values(), ForwardingCounter::meaning,
            counter -> sum(thread -> thread.path().get(counter)));
        sink.countersBy("reason", "drops", "Packets that were not forwarded, by reason.", DropReason.values(),
            reason -> sum(thread -> thread.drops().get(reason)));
        sink.countersBy("reason", "punts", "Packets handed to the control plane, by reason.", PuntReason.values(),
            reason -> sum(thread -> thread.punts().get(reason)));
        sink.countersBy("outcome", "fabric_frames", "Frames offered to the fabric, by outcome.",
            FabricOutcome.values(), outcome -> sum(thread -> thread.fabric().get(outcome)));
        sink.gauge("datagram_io", "1 with what carries the datagrams.", 1, "layer", sockets.layer().label());
        sink.counters("transport", TransportCounter.values(), TransportCounter::meaning, sockets::count);
    }

    private void traffic(MetricSink sink, String direction, String path, ForwardingCounter packets,
        ForwardingCounter bytes) {
        sink.counter("packets", "Packets forwarded, by direction and path.",
            (double) sum(thread -> thread.path().get(packets)),
            "direction", direction, "path", path);
        sink.counter("bytes", "Application octets forwarded, by direction and path.",
            (double) sum(thread -> thread.path().get(bytes)), "direction", direction, "path", path);
    }

    private void collectControl(MetricSink sink) {
        sink.counters("turn", TurnCounter.values(), TurnCounter::meaning, plane.turn().counters()::get);
        sink.counter("punts_dropped", "Packets dropped because the punt queue was full.", (double) punts.dropped());
    }

    private void collectReplication(MetricSink sink) {
        ReplicationCounters counters = plane.replicator().counters();
        sink.gauge("routes", "Routes of the whole cluster that this node holds.", counters.records());
        lag(sink, counters.delays());
        sink.counters("replication", ReplicationCounter.values(), ReplicationCounter::sentence, counters::get);
    }

    private static void lag(MetricSink sink, DelayHistogram delays) {
        double[] upperBounds = new double[delays.size()];
        long[] counts = new long[delays.size()];
        for (int i = 0; i < counts.length; i++) {
            upperBounds[i] = delays.upperMs(i) / MS_PER_SECOND;
            counts[i] = delays.count(i);
        }
        sink.histogram("replication_lag_seconds", "Time from an announcement to its acknowledgement.", upperBounds,
            counts, delays.totalMs() / MS_PER_SECOND);
    }

    private static void collectFabric(MetricSink sink, FabricControl fabric) {
        sink.counters("fabric", FabricCounter.values(), FabricCounter::meaning, fabric.counters()::total);
        long nowNs = System.nanoTime();
        for (FabricPeerView peer : fabric.counters().peers()) {
            String node = Long.toHexString(peer.incarnation());
            sink.gauge("fabric_silence_seconds", "Time since the peer was last heard.",
                peer.silenceMs(nowNs) / MS_PER_SECOND, "peer", node);
            sink.gauge("fabric_queue_bytes", "Route messages that wait for the peer.", peer.messages().queueBytes(),
                "peer", node);
            sink.counter("fabric_back_pressured", "Frames dropped because the peer takes less than is sent.",
                (double) peer.media().framesBackPressured(), "peer", node);
        }
    }

    private long sum(ToLongFunction<PathCounters> reading) {
        return forwarding.counters().stream().mapToLong(reading).sum();
    }
}
