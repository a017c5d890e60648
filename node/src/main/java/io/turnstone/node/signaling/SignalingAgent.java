package io.turnstone.node.signaling;

import io.turnstone.node.replication.ReplicationCounters;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.service.Counters;
import io.turnstone.node.transport.stream.StreamFlow;
import io.turnstone.node.transport.stream.StreamHandler;
import io.turnstone.node.transport.stream.StreamTarget;
import io.turnstone.protocol.net.IpAddress;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The duty cycle of the signaling thread, which owns the {@link SipEngine}, the location service and the names of all
 * connections. Event loops bring messages by a bounded queue, and the control thread those of other nodes; it sends over
 * connections itself, and receives and sends datagrams.
 */
public final class SignalingAgent implements Agent {
    private static final int EVENTS_PER_TURN = 256;
    private static final long LOOK_AFTER_MS = 250;

    private final LongSupplier clockMs;
    private final Counters<SignalingCounter> counters = new Counters<>(SignalingCounter.class);
    private final SipInbox inbox;
    private final SipStreams streams;
    private final SipDatagrams datagrams;
    private final SipConnections connections;
    private final ReplicatedLocations locations;
    private final ReplicatedPresence presence;
    private final PeerInbox peerInbox;
    private final Peers peers;
    private final @Nullable LocatedServers servers;
    private final Calls calls;
    private final SipEngine engine;
    private final UnsafeBuffer message = new UnsafeBuffer(0, 0);
    private final Consumer<SipInbox.Event> onEvent = this::onEvent;
    private final Consumer<PeerInbox.Event> onPeerEvent;
    private volatile Sizes sizes = new Sizes(0, 0, 0, 0, 0, 0, 0);
    private volatile boolean inSync = true;
    private long nowMs;
    private long lookedMs;

    /**
     * What the signaling thread reaches others by, besides the connections that they make.
     *
     * @param dialer makes connections
     * @param lookups null if requests to other domains go nowhere
     * @param pushes wake user agents
     */
    public record Outside(DatagramPorts datagrams, Dialer dialer, TrunkSettings trunk, @Nullable Lookups lookups,
        PushSettings pushes) {}

    /**
     * How servers of other domains are found.
     *
     * @param locator asked on the executor's threads
     * @param allowed whether requests may go to an IP address
     * @param executor has a thread for each question
     */
    public record Lookups(ServerLocator locator, Predicate<IpAddress> allowed, Executor executor) {}

    /** Connects, without waiting for it; what becomes of it the handler hears. Any thread. */
    @FunctionalInterface
    public interface Dialer {
        StreamFlow connect(StreamTarget target, StreamHandler handler);
    }

    /** How many there were a moment ago. */
    public record Sizes(
        int connections, int datagramFlows, int bindings, int away, int transactions, int trunkAlive, int presence) {}

    /**
     * What binds a node to the others.
     *
     * @param link to them
     * @param calls what sessions anywhere are told of calls
     */
    public record Cluster(PeerLink link, ReplicationSettings replication, Calls.Telling calls) {
        /** Of a node without others. */
        public static final Cluster ALONE = new Cluster(PeerLink.NONE, ReplicationSettings.DEFAULT,
            Calls.Telling.NOBODY);
    }

    /**
     * @param clockMs epoch milliseconds that never go back; any thread asks
     * @param wakeUp ends the signaling thread's pause; any thread calls it
     */
    public SignalingAgent(
        SignalingSettings settings, SipEngine.Access access, Outside outside, Cluster cluster, LongSupplier clockMs,
        Runnable wakeUp) {
        this.clockMs = clockMs;
        this.inbox = new SipInbox(counters, wakeUp);
        this.peerInbox = new PeerInbox(counters, wakeUp);
        this.streams = new SipStreams(settings.node(), settings.limits(), inbox, counters, clockMs);
        this.datagrams = new SipDatagrams(settings.node(), outside.datagrams(), counters, this::onDatagram,
            this::isRegistered,
            this::onFlowEnded);
        this.connections = new SipConnections(settings.node(), counters, datagrams,
            new OutgoingConnections(settings.node(), outside.dialer(), streams));
        ClusterFlows flows = new ClusterFlows(settings.node(), connections, cluster.link(), counters);
        this.locations = new ReplicatedLocations(
            settings.node(),
            settings.registrations(),
            cluster.replication(),
            (node, octets) -> cluster.link().send(node, PeerMessages.replication(octets)),
            flows::usableUntilMs,
            clockMs);
        this.presence = new ReplicatedPresence(
            settings.node(),
            cluster.replication(),
            (node, octets) -> cluster.link().send(node, PeerMessages.presence(octets)),
            clockMs);
        Lookups lookups = outside.lookups();
        this.servers = lookups == null ? null : new LocatedServers(lookups, wakeUp);
        this.calls = new Calls(settings.node(), cluster.calls());
        this.engine = new SipEngine(settings,
            new SipEngine.Beyond(outside.trunk(), servers == null ? Servers.NONE : servers, outside.pushes()), access,
            flows,
            locations, presence, calls, clockMs.getAsLong());
        Peers.Parts parts = new Peers.Parts(connections, flows, locations.replicator(), presence, engine);
        this.peers = new Peers(settings.node(), parts, counters, clockMs);
        this.onPeerEvent = peers::onEvent;
    }

    /** What other nodes are to tell, and what is to be told of them. */
    public PeerInbox peers() {
        return peerInbox;
    }

    /** The service of a push notification does not know any more whom it was to wake. Any thread. */
    public void onPushRefused(PushNotification notification) {
        inbox.pushRefused(notification);
    }

    /** Whether a message from another node is for {@link #peers}. Any thread. */
    public static boolean reads(DirectBuffer buffer, int offset, int length) {
        return length > 0 && buffer.getByte(offset) == PeerMessages.FIRST_OCTET;
    }

    /** What sessions of calls are to tell. */
    public Calls calls() {
        return calls;
    }

    /** What connections are to tell. */
    public StreamHandler streams() {
        return streams;
    }

    @Override
    public int doWork() {
        nowMs = clockMs.getAsLong();
        int work = peerInbox.drain(EVENTS_PER_TURN, onPeerEvent) + inbox.drain(EVENTS_PER_TURN, onEvent);
        work += datagrams.poll(nowMs);
        work += locations.doWork(engine, nowMs);
        work += presence.doWork(engine.presence(), nowMs);
        work += servers == null ? 0 : servers.doWork(nowMs);
        work += engine.turn(nowMs);
        datagrams.flush();
        inSync = peers.isInSync();
        if (nowMs - lookedMs >= LOOK_AFTER_MS) {
            lookedMs = nowMs;
            connections.closeIncomplete(nowMs);
            datagrams.endIdle(nowMs);
            sizes = new Sizes(connections.size(), datagrams.size(), locations.size(), locations.away(),
                engine.transactionCount(),
                engine.trunkAlive(), engine.presence().size());
        }
        return work;
    }

    private void onEvent(SipInbox.Event event) {
        switch (event) {
            case SipInbox.Event.Opened(SipConnection connection) -> connections.add(connection);
            case SipInbox.Event.Received(SipConnection connection, byte[] octets) -> {
                message.wrap(octets);
                engine.onMessage(connection.arrival(), message, 0, octets.length, nowMs);
            }
            case SipInbox.Event.Closed(SipConnection connection) -> {
                connections.remove(connection);
                onEnded(connection.arrival().flow());
            }
            case SipInbox.Event.Failed(FlowName flow) -> onEnded(flow);
            case SipInbox.Event.PushRefused(PushNotification notification) -> engine.onPushRefused(notification);
        }
    }

    private void onEnded(FlowName flow) {
        if (connections.onEnded(flow)) {
            engine.onUnreachable(flow, nowMs);
        }
        engine.onFlowClosed(flow);
    }

    private void onDatagram(Arrival arrival, DirectBuffer buffer, int offset, int length) {
        engine.onMessage(arrival, buffer, offset, length, nowMs);
    }

    private boolean isRegistered(FlowName flow) {
        return engine.isRegistered(flow, nowMs);
    }

    private void onFlowEnded(FlowName flow) {
        engine.onFlowClosed(flow);
    }

    /** Any thread. */
    public SipCounters engineCounters() {
        return engine.counters();
    }

    /** Any thread. */
    public Counters<SignalingCounter> counters() {
        return counters;
    }

    /** What the exchange of bindings with other nodes counts. Any thread. */
    public ReplicationCounters replicationCounters() {
        return locations.replicator().counters();
    }

    /** Whether this node holds the bindings that the nodes hold which are heard. Any thread. */
    public boolean isInSync() {
        return inSync;
    }

    /** Any thread. */
    public Sizes sizes() {
        return sizes;
    }

    @Override
    public String roleName() {
        return "signaling";
    }
}
