package io.turnstone.node;

import io.turnstone.node.cluster.ClusterEvents;
import io.turnstone.node.cluster.Liveness;
import io.turnstone.node.fabric.FabricControl;
import io.turnstone.node.fabric.FabricSettings;
import io.turnstone.node.fabric.NodeStatus;
import io.turnstone.node.replication.Replicator;
import io.turnstone.node.rib.Attachments;
import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.rib.NodeNumbers;
import io.turnstone.node.rib.PortSlices;
import io.turnstone.node.rib.Rib;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.TransportAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is in the cluster, and who of them is heard: carries the membership's news to the fabric, the replicator, the RIB
 * and the port slices, and feeds {@link Liveness}. Control thread; what any thread may call says so.
 *
 * <p>A member that Pekko has removed remains a peer, see {@link RemovedMembers}.
 */
final class Members implements ClusterEvents {
    private static final Logger LOG = LoggerFactory.getLogger(Members.class);
    /** How long a member that never introduces itself keeps this node from being ready. */
    private static final long EXPECT_MS = 10_000;

    private final NodeDescriptor self;
    private final Tables tables;
    private final LongSupplier clockMs;
    private final Liveness liveness;
    private final Map<Long, NodeDescriptor> nodes = new LinkedHashMap<>();
    private final RemovedMembers removed = new RemovedMembers();
    private final Set<Long> handingOver = new HashSet<>();
    private final OtherClusters otherClusters;
    private final boolean meantToBeAlone;
    private @Nullable FabricControl fabric;
    private boolean changed = true;
    private long turnNs;
    private int othersExpected;
    private long expectUntilMs;
    private boolean caughtUp;
    private volatile boolean selfUp;
    private volatile boolean heirs;
    private volatile Size size = new Size(0, 0);
    private volatile NodeStatus status = NodeStatus.SERVING;
    private volatile String refusal = "";
    private volatile Map<Long, String> namesByIncarnation;

    /** How many members the cluster has, 0 while this node is none; and how many nodes are heard and hold the same routes. */
    record Size(int members, int live) {}

    /** What follows who is a member and who is heard. */
    record Tables(Rib rib, Replicator<Route> replicator, Attachments attachments, PortSlices slices,
        SignalingPeers signaling) {}

    /**
     * @param self what this node tells the others of itself
     * @param meantToBeAlone whether there is no other seed
     */
    Members(NodeDescriptor self, Tables tables, long suspectAfterNs, LongSupplier clockMs, boolean meantToBeAlone) {
        this.self = self;
        this.tables = tables;
        this.clockMs = clockMs;
        this.meantToBeAlone = meantToBeAlone;
        this.otherClusters = new OtherClusters(self);
        this.liveness = new Liveness(self.incarnation(), suspectAfterNs, this::onChange);
        this.namesByIncarnation = Map.of(self.incarnation(), self.name());
        this.turnNs = System.nanoTime();
        tables.rib().addNode(self);
    }

    /** A node without it has no peers. Before the first turn. */
    void fabric(FabricControl control) {
        fabric = control;
    }

    @Override
    public void nodeJoined(NodeDescriptor node) {
        if (node.incarnation() == self.incarnation() || fabric == null) {
            return;
        }
        boolean parted = removed.remove(node.incarnation());
        tables.slices().joined(node.incarnation());
        String news = nodes.containsKey(node.incarnation()) ? "is a member" : "has joined";
        LOG.info("Node {} ({}) {}", node.name(), Long.toHexString(node.incarnation()), news);
        addPeer(fabric, node);
        if (parted) {
            meetAgain(node.incarnation());
        }
    }

    @Override
    public void nodeMet(NodeDescriptor node) {
        if (node.incarnation() == self.incarnation() || fabric == null || nodes.containsKey(node.incarnation())) {
            return;
        }
        LOG.info("Node {} ({}) is in a cluster of its own", node.name(), Long.toHexString(node.incarnation()));
        addPeer(fabric, node);
        removed.add(node.incarnation(), clockMs.getAsLong());
    }

    private void addPeer(FabricControl control, NodeDescriptor node) {
        if (nodes.put(node.incarnation(), node) == null) {
            control.addPeer(
                node.incarnation(), node.fabricControl().toInetSocketAddress(),
                node.fabricLanes().stream().map(TransportAddress::toInetSocketAddress).toList(),
                self.bothSpeak(FabricSettings.NH_SINCE_VERSION, node));
            beginExchange(node);
            liveness.joined(node.incarnation(), System.nanoTime());
        }
        tables.rib().addNode(node);
        publish();
        changed = true;
    }

    @Override
    public void nodeLeft(long incarnation) {
        tables.slices().left(incarnation);
        if (nodes.containsKey(incarnation)) {
            LOG.info("Node {} is no member any more", name(incarnation));
            removed.add(incarnation, clockMs.getAsLong());
            changed = true;
        }
    }

    @Override
    public void nodeEnded(long incarnation) {
        tables.slices().ended(incarnation);
        FabricControl control = fabric;
        if (control != null && nodes.containsKey(incarnation)) {
            forget(control, incarnation, clockMs.getAsLong());
        }
    }

    @Override
    public void selfUp(int others) {
        othersExpected = others;
        expectUntilMs = clockMs.getAsLong() + EXPECT_MS;
        selfUp = true;
        changed = true;
        tables.slices().up();
    }

    @Override
    public void selfDown() {
        selfUp = false;
        changed = true;
        caughtUp = false;
        tables.slices().down();
    }

    @Override
    public void refused(String reason) {
        refusal = reason;
    }

    /** @param giving is told the members of another cluster that this node joins instead of its own. Before the first turn */
    void giveWay(Consumer<List<String>> giving) {
        otherClusters.giveWay(giving);
    }

    /** Judges who is heard, and passes on what has changed. */
    void doWork(long nowMs, long nowNs) {
        FabricControl control = fabric;
        if (control != null) {
            liveness.late(nowNs - turnNs, nowNs);
            turnNs = nowNs;
            control.status(status);
            nodes.keySet().forEach(node -> hear(control, node));
            liveness.poll(nowNs);
            heirs = nodes.keySet().stream().anyMatch(node -> isHeir(control, node));
            removed.all().forEach(node -> tendRemoved(control, node, nowMs));
            otherClusters.look(control, nodes, node -> !removed.contains(node), liveness::isHeard, selfUp, nowMs);
        }
        if (changed) {
            changed = false;
            Set<Long> live = live();
            Set<Long> heard = heard();
            tables.replicator().onLive(live, heard, nowMs);
            tables.rib().onLive(servers(), heard);
            tables.signaling().judged(live, heard);
            size = new Size(selfUp ? others() + 1 : 0, live.size());
        }
        caughtUp = caughtUp || (selfUp && hasCaughtUp(nowMs));
    }

    private void tendRemoved(FabricControl control, long node, long nowMs) {
        boolean silent = liveness.state(node) == Liveness.State.SUSPECT;
        switch (removed.judge(node, silent, control.status(node).draining(), nowMs)) {
            case MEET -> meetAgain(node);
            case PART -> {
                LOG.info("Node {} is silent", name(node));
                endExchange(node, nowMs);
            }
            case FORGET -> forget(control, node, nowMs);
            case NONE -> {
            }
        }
    }

    /** A peer is about to say something that needs no membership. */
    void onMessage(long peer) {
        if (removed.heard(peer)) {
            meetAgain(peer);
        }
    }

    private void meetAgain(long node) {
        LOG.info("Node {} is met again", name(node));
        beginExchange(Objects.requireNonNull(nodes.get(node)));
    }

    private void beginExchange(NodeDescriptor node) {
        long nowMs = clockMs.getAsLong();
        tables.replicator().addPeer(node.incarnation(), self.bothSpeak(Replicator.NARROWS_SINCE_VERSION, node), nowMs);
        tables.attachments().addPeer(node.incarnation(), nowMs);
        tables.signaling().begin(node);
    }

    private void endExchange(long node, long nowMs) {
        tables.replicator().removePeer(node, nowMs);
        tables.attachments().removePeer(node);
        tables.signaling().end(node);
    }

    /** Nodes of the cluster that this one is a member of, but itself. */
    private int others() {
        return nodes.size() - removed.size();
    }

    /**
     * A member that is heard has all that this node has, and takes media; one that is silent keeps nobody waiting. But if
     * all are, it is this node that does not hear, so it waits for a while.
     */
    private boolean hasCaughtUp(long nowMs) {
        boolean anyone = others() == 0 || nodes.keySet().stream().anyMatch(this::agrees);
        return ((anyone && others() >= othersExpected) || nowMs >= expectUntilMs)
            && nodes.keySet()
                .stream()
                .allMatch(node -> liveness.state(node) == Liveness.State.SUSPECT || agrees(node));
    }

    private boolean agrees(long node) {
        FabricControl control = fabric;
        return control != null && control.counters().takesMedia(node) && tables.replicator().inSync(node);
    }

    /** Heard, with the same routes, and not handing over. */
    private Set<Long> live() {
        Set<Long> live = liveness.live();
        live.removeAll(handingOver);
        return live;
    }

    /** This node's own sockets are here whatever it missed, so it always serves what it opened itself. */
    Set<Long> servers() {
        Set<Long> servers = new HashSet<>(live());
        servers.add(self.incarnation());
        return servers;
    }

    /** Those that take media, with all routes or not; this node among them. */
    private Set<Long> heard() {
        Set<Long> heard = new HashSet<>(Set.of(self.incarnation()));
        for (long node : nodes.keySet()) {
            if (liveness.isHeard(node)) {
                heard.add(node);
            }
        }
        heard.removeAll(handingOver);
        return heard;
    }

    private void hear(FabricControl control, long node) {
        long heardNs = control.lastHeardNs(node);
        if (heardNs != FabricControl.NEVER) {
            liveness.heard(node, heardNs);
        }
        liveness.digests(node, tables.replicator().inSync(node));
        boolean leaves = control.status(node).handingOver();
        if (leaves ? handingOver.add(node) : handingOver.remove(node)) {
            LOG.info("Node {} {}", name(node), leaves ? "hands over" : "serves again");
            changed = true;
        }
    }

    private boolean isHeir(FabricControl control, long node) {
        return !removed.contains(node) && !control.status(node).draining()
            && liveness.state(node) != Liveness.State.SUSPECT;
    }

    private void forget(FabricControl control, long node, long nowMs) {
        LOG.info("Node {} has left", name(node));
        removed.remove(node);
        handingOver.remove(node);
        nodes.remove(node);
        liveness.left(node);
        control.removePeer(node);
        endExchange(node, nowMs);
        tables.rib().removeNode(node);
        publish();
        changed = true;
    }

    private void onChange(long incarnation, Liveness.State before, Liveness.State now) {
        if (before == Liveness.State.LIVE || now == Liveness.State.LIVE) {
            LOG.info("Node {} is {} (was {})", name(incarnation), now, before);
        }
        if (now == Liveness.State.CATCHING_UP && incarnation != self.incarnation()) {
            tables.replicator().exchangeDigests(incarnation, clockMs.getAsLong());
            tables.attachments().exchangeDigests(incarnation, clockMs.getAsLong());
        }
        changed = true;
    }

    /** The small numbers of the nodes, for the forwarding tables. */
    int numberOf(long incarnation) {
        if (incarnation == self.incarnation()) {
            return NodeNumbers.SELF;
        }
        FabricControl control = fabric;
        int number = control == null ? FabricControl.NO_NODE : control.nodeNumber(incarnation);
        return number == FabricControl.NO_NODE ? NodeNumbers.UNKNOWN : number;
    }

    /** Whether this node has got all routes since it became a member. Control thread. */
    boolean isCaughtUp() {
        return caughtUp;
    }

    /**
     * Whether what this node does not know is known to no other, as far as it can tell. A node that founded its cluster and
     * has met nobody cannot: others may be there that it does not reach. Control thread.
     */
    boolean knowsAll() {
        return caughtUp && (meantToBeAlone || others() > 0);
    }

    /** HOST:PORT of a node's Artery, or its incarnation if it is no member. Any thread. */
    String name(long incarnation) {
        String name = namesByIncarnation.get(incarnation);
        return name == null ? Long.toHexString(incarnation) : name;
    }

    /** Any thread. */
    boolean isSelfUp() {
        return selfUp;
    }

    /** Any thread. */
    Size size() {
        return size;
    }

    /** Tells the others that this node is about to end. Any thread. */
    void drain() {
        status = new NodeStatus(true, false);
    }

    /** Tells the others to serve what this node serves. It goes on with what still arrives here. Any thread. */
    void handOver() {
        status = new NodeStatus(true, true);
    }

    /** Whether this node is about to end. Any thread. */
    boolean isDraining() {
        return status.draining();
    }

    /** Whether any other node stays that can serve what this one serves. Any thread. */
    boolean hasHeirs() {
        return heirs;
    }

    /** Why this node may not be a member; empty if it may. Any thread. */
    String refusal() {
        return refusal;
    }

    private void publish() {
        Map<Long, String> names = new LinkedHashMap<>();
        names.put(self.incarnation(), self.name());
        nodes.values().forEach(node -> names.put(node.incarnation(), node.name()));
        namesByIncarnation = Map.copyOf(names);
    }
}
