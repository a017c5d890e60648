package io.turnstone.node.fabric;

import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.turnstone.node.auth.ClusterKeys;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Messages and signs of life between this node and its peers, over a media driver of its own. Everything here belongs to
 * the control thread, except {@link #counters}.
 *
 * <p>To each peer goes a reliable, ordered <em>route</em> stream behind a bounded queue, and an unreliable
 * <em>heartbeat</em> stream. Each message names the process that sent it and the one it is meant for, and carries a tag
 * under the cluster's fabric key; whatever does not fit is dropped and counted. The route stream loses messages only with
 * the connection itself (silence of many seconds, or a new Aeron); both sides' owners must be able to resynchronize.
 */
public final class FabricControl implements AutoCloseable {
    /** {@link #lastHeardNs} of a peer that was never heard. */
    public static final long NEVER = Long.MIN_VALUE;

    /** The number of no peer. */
    public static final int NO_NODE = -1;

    public static final int PEERS_MAX = 1023;

    private static final int ROUTE_TERM_BYTES = 1 << 20;
    /** Aeron takes messages of an eighth of a term. */
    private static final int FRAME_BYTES_MAX = ROUTE_TERM_BYTES / 8;
    /** The largest message. */
    public static final int MESSAGE_BYTES_MAX = FRAME_BYTES_MAX - ControlFrame.HEADER_LENGTH;
    private static final int ROUNDS_MAX = 128;
    /** What has come beyond that waits for the next turn: a thread that is late for its heartbeats seems dead. */
    private static final long ROUNDS_NS_MAX = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int FRAGMENTS_PER_ROUND = 16;
    private static final int MESSAGES_PER_TURN = 64;
    private static final long UPKEEP_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final FabricSettings settings;
    private final long incarnation;
    private final List<FabricLane> lanes;
    private final MessageHandler handler;
    private final FrameKeys keys;
    private final CounterCells cells = new CounterCells();
    private final FabricCounters counters;
    private final AeronHost host;
    private final DutyCycleWatch watch;
    private final NodeNumberPool numbers = new NodeNumberPool(PEERS_MAX);
    private final Long2ObjectHashMap<FabricPeer> peerByIncarnation = new Long2ObjectHashMap<>();
    private final MutableDirectBuffer outgoing = new UnsafeBuffer(new byte[FRAME_BYTES_MAX]);
    private final FragmentAssembler messages = new FragmentAssembler(this::onMessage);
    private final FragmentHandler heartbeats = this::onHeartbeat;

    /** The same peers for other threads; replaced whole. */
    private volatile List<FabricPeer> peers = List.of();

    private @Nullable Subscription routes;
    private @Nullable Subscription pulses;
    private long turnNs;
    private long nextUpkeepNs;
    private long nextHeartbeatNs;
    private NodeStatus status = NodeStatus.SERVING;

    /**
     * @param incarnation of this process; not 0
     * @param lanes the media lanes, which are told of the peers
     * @param pause how the control thread rests
     * @param nowNs as for {@link #doWork}
     * @throws IllegalStateException if the address is taken or Aeron cannot start
     */
    public FabricControl(
        FabricSettings settings,
        long incarnation,
        ClusterKeys keys,
        List<FabricLane> lanes,
        MessageHandler handler,
        WakeablePause pause,
        long nowNs) {
        this.settings = settings;
        this.incarnation = incarnation;
        this.lanes = List.copyOf(lanes);
        this.handler = handler;
        this.keys = new FrameKeys(keys, FRAME_BYTES_MAX);
        watch = new DutyCycleWatch(nowNs);
        turnNs = nowNs;
        nextUpkeepNs = nowNs;
        nextHeartbeatNs = nowNs;
        host = new AeronHost(settings, settings.control(), pause, cells, new Streams());
        host.start(nowNs);
        List<CounterCells> all = new ArrayList<>(List.of(cells));
        lanes.forEach(lane -> all.add(lane.cells()));
        counters = new FabricCounters(this, List.copyOf(all));
    }

    /**
     * Begins to send heartbeats to a peer and to listen to it. A peer that is known already keeps its number.
     *
     * @param peer its incarnation
     * @param control where its control lane listens, a resolved address
     * @param laneEndpoints where its media lanes listen; they may be more or fewer than this node's
     * @param knowsNh whether it speaks {@link FabricSettings#NH_SINCE_VERSION} of the messages between nodes
     * @return its number for {@link FabricPublisher#offer}, from 1; not given to another peer for a minute after removal
     */
    public int addPeer(long peer, InetSocketAddress control, List<InetSocketAddress> laneEndpoints,
        boolean knowsNh) {
        FabricPeer known = peerByIncarnation.get(peer);
        if (known != null) {
            return known.number();
        }
        requireAddresses(control, laneEndpoints);
        int number = numbers.take(turnNs);
        List<MediaLink> links = new ArrayList<>();
        for (int i = 0; i < lanes.size() && !laneEndpoints.isEmpty(); i++) {
            links.add(lanes.get(i).addPeer(number, peer, laneEndpoints.get(i % laneEndpoints.size()), knowsNh));
        }
        peerByIncarnation.put(
            peer,
            new FabricPeer(peer, number, control, List.copyOf(links), knowsNh, turnNs, settings.queueBytesMax()));
        peers = List.copyOf(peerByIncarnation.values());
        nextUpkeepNs = turnNs;
        return number;
    }

    private static void requireAddresses(InetSocketAddress control, List<InetSocketAddress> laneEndpoints) {
        if (control.isUnresolved() || laneEndpoints.stream().anyMatch(InetSocketAddress::isUnresolved)) {
            throw new IllegalArgumentException(
                "fabric endpoints " + control + " " + laneEndpoints + " must be resolved to IP addresses first");
        }
    }

    /** Forgets a peer and what waits for it; from now on its messages are a stranger's. */
    public void removePeer(long peer) {
        FabricPeer removed = peerByIncarnation.remove(peer);
        if (removed == null) {
            return;
        }
        peers = List.copyOf(peerByIncarnation.values());
        removed.close();
        for (int i = 0; i < removed.links().size(); i++) {
            lanes.get(i).removePeer(removed.links().get(i));
        }
        numbers.giveBack(removed.number(), turnNs);
    }

    /** The peer's number, or {@link #NO_NODE}. */
    public int nodeNumber(long peer) {
        FabricPeer known = peerByIncarnation.get(peer);
        return known == null ? NO_NODE : known.number();
    }

    /**
     * Queues a message; it leaves with the next {@link #doWork}.
     *
     * @param message not to be changed afterwards; at most {@link #MESSAGE_BYTES_MAX} octets
     * @return false if the peer is unknown or behind: nothing is taken until its queue has drained; or silent for so long
     *     that it has to resynchronize anyway
     */
    public boolean send(long peer, byte[] message) {
        if (message.length > MESSAGE_BYTES_MAX) {
            throw new IllegalArgumentException(
                "a fabric message has " + message.length + " octets; allowed are " + MESSAGE_BYTES_MAX);
        }
        FabricPeer known = peerByIncarnation.get(peer);
        return known != null && !known.isSilent(turnNs) && known.queue().offer(message);
    }

    /** Octets that wait for the peer, so that some messages can leave room for others. */
    public int queuedBytes(long peer) {
        FabricPeer known = peerByIncarnation.get(peer);
        return known == null ? 0 : known.queue().bytes();
    }

    /** {@code nowNs} of the turn that last heard the peer, or {@link #NEVER}. */
    public long lastHeardNs(long peer) {
        FabricPeer known = peerByIncarnation.get(peer);
        return known == null ? NEVER : known.lastHeardNs();
    }

    /** What the peer said of itself last. */
    public NodeStatus status(long peer) {
        FabricPeer known = peerByIncarnation.get(peer);
        return known == null ? NodeStatus.SERVING : known.status();
    }

    /** What this node says of itself from the next heartbeat on. */
    public void status(NodeStatus own) {
        status = own;
    }

    /** What the peer said of its cluster last. */
    public ClusterSide side(long peer) {
        FabricPeer known = peerByIncarnation.get(peer);
        return known == null ? ClusterSide.NONE : known.side();
    }

    /** What this node says to the peer of its own cluster, from the next heartbeat on. */
    public void side(long peer, ClusterSide own) {
        FabricPeer known = peerByIncarnation.get(peer);
        if (known != null) {
            known.tell(own);
        }
    }

    /** What this fabric counts; any thread. */
    public FabricCounters counters() {
        return counters;
    }

    List<FabricPeer> peers() {
        return peers;
    }

    /**
     * One turn; best the last thing of the thread's own turn, so that what was sent in it leaves at once.
     *
     * @param nowNs {@link System#nanoTime}
     * @return how much was done; after 0 the thread may rest
     */
    public int doWork(long nowNs) {
        turnNs = nowNs;
        watch.onTurn(nowNs);
        int workCount = host.doWork(nowNs);
        EmbeddedAeron aeron = host.aeron();
        if (aeron == null) {
            return workCount;
        }
        if (nowNs - nextUpkeepNs >= 0) {
            nextUpkeepNs = nowNs + UPKEEP_NS;
            peerByIncarnation.values().forEach(peer -> keepUp(peer, aeron));
        }
        if (nowNs - nextHeartbeatNs >= 0) {
            nextHeartbeatNs = nowNs + TimeUnit.MILLISECONDS.toNanos(settings.heartbeatMs());
            sendHeartbeats();
        }
        for (FabricPeer peer : peers) {
            workCount += drain(peer);
        }
        return workCount + moveMessages(aeron);
    }

    private int moveMessages(EmbeddedAeron aeron) {
        int workCount = 0;
        long startNs = System.nanoTime();
        for (int round = 0; round < ROUNDS_MAX && System.nanoTime() - startNs < ROUNDS_NS_MAX; round++) {
            int moved = aeron.invokeDriver() + poll(pulses, heartbeats) + poll(routes, messages);
            if (moved == 0) {
                break;
            }
            workCount += moved;
        }
        return workCount;
    }

    private static int poll(@Nullable Subscription subscription, FragmentHandler fragments) {
        return subscription == null ? 0 : subscription.poll(fragments, FRAGMENTS_PER_ROUND);
    }

    private void keepUp(FabricPeer peer, EmbeddedAeron aeron) {
        try {
            peer.connect(aeron, ROUTE_TERM_BYTES);
        } catch (RuntimeException refused) {
            cells.increment(FabricCounter.BUILD_FAILURES);
            host.report(refused);
        }
    }

    private void sendHeartbeats() {
        long latenessMs = watch.reportLatenessMs();
        for (FabricPeer peer : peers) {
            ExclusivePublication heartbeat = peer.heartbeat();
            if (heartbeat != null) {
                ControlFrame.begin(outgoing, ControlFrame.KIND_HEARTBEAT, incarnation, peer.incarnation());
                ControlFrame.number(outgoing, peer.startNs(), peer.nextHeartbeat());
                ControlFrame.latenessMs(outgoing, latenessMs);
                ControlFrame.status(outgoing, status);
                int length = ControlFrame.side(outgoing, peer.told());
                keys.sign(outgoing, 0, length, peer.knowsNh());
                heartbeat.offer(outgoing, 0, length);
            }
        }
    }

    private int drain(FabricPeer peer) {
        int sent = 0;
        while (sent < MESSAGES_PER_TURN) {
            byte[] message = peer.queue().peek();
            ExclusivePublication route = message == null ? null : peer.writableRoute();
            if (message == null || route == null || !offer(peer, route, message)) {
                break;
            }
            peer.onSent();
            sent++;
        }
        return sent;
    }

    private boolean offer(FabricPeer peer, ExclusivePublication route, byte[] message) {
        int length = ControlFrame.HEADER_LENGTH + message.length;
        ControlFrame.begin(outgoing, ControlFrame.KIND_MESSAGE, incarnation, peer.incarnation());
        ControlFrame.number(outgoing, peer.startNs(), peer.nextMessage());
        outgoing.putBytes(ControlFrame.HEADER_LENGTH, message);
        keys.sign(outgoing, 0, length, peer.knowsNh());
        return route.offer(outgoing, 0, length) >= 0;
    }

    private void onMessage(DirectBuffer buffer, int offset, int length, Header header) {
        FabricPeer sender = authenticate(ControlFrame.KIND_MESSAGE, buffer, offset, length);
        if (sender != null && isNext(sender.messageOrder(), buffer, offset, true)) {
            sender.onMessage(turnNs);
            handler.onMessage(
                sender.incarnation(),
                buffer,
                offset + ControlFrame.HEADER_LENGTH,
                length - ControlFrame.HEADER_LENGTH);
        }
    }

    private void onHeartbeat(DirectBuffer buffer, int offset, int length, Header header) {
        FabricPeer sender = authenticate(ControlFrame.KIND_HEARTBEAT, buffer, offset, length);
        if (sender != null && isNext(sender.heartbeatOrder(), buffer, offset, false)) {
            sender.onHeartbeat(
                turnNs,
                ControlFrame.latenessMs(buffer, offset),
                ControlFrame.status(buffer, offset),
                ControlFrame.side(buffer, offset, length));
        }
    }

    private @Nullable FabricPeer authenticate(int kind, DirectBuffer buffer, int offset, int length) {
        if (!ControlFrame.is(kind, buffer, offset, length)) {
            return drop(FabricCounter.MALFORMED);
        }
        if (ControlFrame.receiver(buffer, offset) != incarnation) {
            return drop(FabricCounter.OTHER_INCARNATION);
        }
        FabricPeer sender = peerByIncarnation.get(ControlFrame.sender(buffer, offset));
        if (sender == null) {
            return drop(FabricCounter.STRANGERS);
        }
        if (!keys.verify(buffer, offset, length)) {
            sender.onBadTag();
            return drop(FabricCounter.BAD_TAGS);
        }
        return sender;
    }

    private @Nullable FabricPeer drop(FabricCounter reason) {
        cells.increment(reason);
        return null;
    }

    private boolean isNext(StreamOrder order, DirectBuffer buffer, int offset, boolean gapless) {
        long missed = order.accept(ControlFrame.start(buffer, offset), ControlFrame.sequence(buffer, offset));
        if (missed == StreamOrder.REPEATED) {
            cells.increment(FabricCounter.REPEATED);
            return false;
        }
        if (gapless) {
            cells.add(FabricCounter.MISSED, missed);
        }
        return true;
    }

    /** On the control thread, or after that has ended. The lanes are closed by whoever made them. */
    @Override
    public void close() {
        host.close();
    }

    private final class Streams implements AeronHost.Tenant {
        @Override
        public Endpoints newEndpoints(WakeablePause pause) {
            return new WatchedEndpoints(pause);
        }

        @Override
        public void onOpened(EmbeddedAeron opened) {
            pulses = opened.subscribe(settings.control(), Stream.HEARTBEAT, image -> {});
            routes = opened.subscribe(
                settings.control(), Stream.ROUTE, image -> messages.freeSessionBuffer(image.sessionId()));
        }

        @Override
        public void onClosing() {
            pulses = null;
            routes = null;
            peerByIncarnation.values().forEach(FabricPeer::detach);
        }
    }
}
