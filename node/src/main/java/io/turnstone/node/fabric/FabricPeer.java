package io.turnstone.node.fabric;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What {@link FabricControl} knows of one peer. Written by the control thread; {@link #view} may be asked by any. */
final class FabricPeer {
    private static final int HEARTBEAT_TERM_BYTES = 1 << 16;
    private static final long SILENT_NS = TimeUnit.SECONDS.toNanos(2);

    private final long incarnation;
    private final int number;
    private final InetSocketAddress endpoint;
    private final List<MediaLink> links;
    private final boolean knowsNh;
    private final long startNs;
    private final SendQueue queue;
    private final StreamOrder messageOrder = new StreamOrder();
    private final StreamOrder heartbeatOrder = new StreamOrder();
    private final LongAdder messagesSent = new LongAdder();
    private final LongAdder messagesReceived = new LongAdder();
    private final LongAdder badTags = new LongAdder();
    private volatile long lastHeardNs = FabricControl.NEVER;
    private volatile int latenessMs;
    private NodeStatus status = NodeStatus.SERVING;
    private ClusterSide side = ClusterSide.NONE;
    private ClusterSide told = ClusterSide.NONE;
    private volatile boolean connected;
    private @Nullable ExclusivePublication route;
    private @Nullable ExclusivePublication heartbeat;
    private long messageSequence;
    private long heartbeatSequence;

    /**
     * @param links one per lane of this node
     * @param knowsNh see {@link FrameKeys#sign}
     * @param startNs when the numbering of what is sent to it begins
     */
    FabricPeer(
        long incarnation,
        int number,
        InetSocketAddress endpoint,
        List<MediaLink> links,
        boolean knowsNh,
        long startNs,
        int queueBytesMax) {
        this.incarnation = incarnation;
        this.number = number;
        this.endpoint = endpoint;
        this.links = links;
        this.knowsNh = knowsNh;
        this.startNs = startNs;
        queue = new SendQueue(queueBytesMax);
    }

    long incarnation() {
        return incarnation;
    }

    int number() {
        return number;
    }

    List<MediaLink> links() {
        return links;
    }

    boolean knowsNh() {
        return knowsNh;
    }

    long startNs() {
        return startNs;
    }

    SendQueue queue() {
        return queue;
    }

    /** Opens what is not open yet. */
    void connect(EmbeddedAeron aeron, int routeTermBytes) {
        if (heartbeat == null) {
            heartbeat = aeron.publishExclusively(endpoint, Stream.HEARTBEAT, HEARTBEAT_TERM_BYTES);
        }
        if (route == null) {
            route = aeron.publishExclusively(endpoint, Stream.ROUTE, routeTermBytes);
        }
        connected = heartbeat.isConnected();
    }

    /** Forgets the publications, whose client is gone or going. */
    void detach() {
        heartbeat = null;
        route = null;
        connected = false;
    }

    void close() {
        for (Publication publication : new @Nullable Publication[]{heartbeat, route}) {
            if (publication != null) {
                publication.close();
            }
        }
        detach();
    }

    @Nullable
    ExclusivePublication heartbeat() {
        return heartbeat;
    }

    /**
     * The route stream if it takes messages now. Before the first sign of life from the peer it takes none: only that tells
     * that the peer knows this node, and a peer drops the messages of strangers.
     */
    @Nullable
    ExclusivePublication writableRoute() {
        ExclusivePublication open = route;
        boolean writable = open != null && lastHeardNs != FabricControl.NEVER && open.availableWindow() > 0;
        return writable ? open : null;
    }

    long nextHeartbeat() {
        return ++heartbeatSequence;
    }

    long nextMessage() {
        return messageSequence + 1;
    }

    void onSent() {
        messageSequence++;
        messagesSent.increment();
        queue.pop();
    }

    StreamOrder messageOrder() {
        return messageOrder;
    }

    StreamOrder heartbeatOrder() {
        return heartbeatOrder;
    }

    void onMessage(long nowNs) {
        messagesReceived.increment();
        lastHeardNs = nowNs;
    }

    void onHeartbeat(long nowNs, int peerLatenessMs, NodeStatus peerStatus, ClusterSide peerSide) {
        lastHeardNs = nowNs;
        latenessMs = peerLatenessMs;
        status = peerStatus;
        side = peerSide;
    }

    ClusterSide side() {
        return side;
    }

    /** What it is told of this node's cluster. */
    ClusterSide told() {
        return told;
    }

    void tell(ClusterSide own) {
        told = own;
    }

    NodeStatus status() {
        return status;
    }

    void onBadTag() {
        badTags.increment();
    }

    /** Heard once, and not for seconds. */
    boolean isSilent(long nowNs) {
        return lastHeardNs != FabricControl.NEVER && nowNs - lastHeardNs > SILENT_NS;
    }

    long lastHeardNs() {
        return lastHeardNs;
    }

    FabricPeerView view() {
        return new FabricPeerView(
            incarnation,
            number,
            connected,
            !links.isEmpty() && links.stream().allMatch(MediaLink::isConnected),
            lastHeardNs,
            latenessMs,
            new FabricPeerView.Media(
                sum(link -> link.offered(FabricOutcome.SENT)),
                sum(MediaLink::bytesSent),
                sum(MediaLink::framesReceived),
                sum(MediaLink::bytesReceived),
                sum(link -> link.offered(FabricOutcome.BACK_PRESSURED)),
                sum(link -> link.offered(FabricOutcome.NOT_CONNECTED) + link.offered(FabricOutcome.CLOSED))),
            new FabricPeerView.Messages(messagesSent.sum(), messagesReceived.sum(), queue.bytes(), queue.isBehind()),
            badTags.sum() + sum(MediaLink::badTags));
    }

    private long sum(ToLongFunction<MediaLink> count) {
        return links.stream().mapToLong(count).sum();
    }
}
