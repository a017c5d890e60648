package io.turnstone.node.rib;

import io.turnstone.node.fib.Fib;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.fib.LegBuilder;
import io.turnstone.node.replication.RecordListener;
import io.turnstone.node.replication.Rendezvous;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Every route of the cluster, indexed, and the only writer of this node's forwarding tables. Control thread. The
 * replicator tells it what routes there are; it turns them into legs as this node sees them.
 *
 * <p>A route has a leg unless another route has won its 5-tuple or one of its relayed addresses. While its client moves it
 * has two 5-tuples; of the one before the move it may lose.
 *
 * <p>What every record passes through has loops where lambdas would capture something: a node that joins reads all routes
 * before the optimizing compiler has seen this code, and until then each such lambda is made by a call into the JVM.
 */
public final class Rib implements RecordListener<Route>, AttachmentListener {
    /** So that a turn takes a few milliseconds, whatever has died: who is late seems dead itself. */
    private static final int LEGS_PER_TURN = 2_000;

    private final Fib fib;
    private final LocalSockets sockets;
    private final Listeners listeners;
    private final RouteListener routeListener;
    private final RelayScope scope;
    private final Long2ObjectHashMap<Route> byId = new Long2ObjectHashMap<>();
    private final RouteKeys keys = new RouteKeys();
    private final RouteTally tally = new RouteTally();
    private final Long2ObjectHashMap<TransportAddress> proxies = new Long2ObjectHashMap<>();
    /** Allocations whose legs may have to be rewritten because nodes have come or gone. */
    private final LinkedHashSet<Long> unsettled = new LinkedHashSet<>();
    private final Reachability nodes;
    private @Nullable Attachments attachments;

    public Rib(
        Fib fib,
        RelayScope scope,
        NodeNumbers numbers,
        LocalSockets sockets,
        Listeners listeners,
        RouteListener routeListener) {
        this.fib = fib;
        this.scope = scope;
        this.sockets = sockets;
        this.listeners = listeners;
        this.routeListener = routeListener;
        this.nodes = new Reachability(numbers);
        fib.scope(scope.scope());
    }

    /** Without it every client is where it allocated. Before the first route. */
    public void attachments(Attachments learned) {
        attachments = learned;
    }

    public Optional<Route> byId(long allocationId) {
        return Optional.ofNullable(byId.get(allocationId));
    }

    /** Also by the 5-tuple that a moving client has not left yet, unless that is another's by now. */
    public Optional<Route> byFiveTuple(FiveTuple fiveTuple) {
        return keys.byFiveTuple(fiveTuple);
    }

    public Optional<Route> byRelayed(TransportAddress relayedAddress) {
        return keys.byRelayed(relayedAddress);
    }

    /** How many allocations the user has in the whole cluster. */
    public int countByUsername(String username) {
        return tally.ofUsername(username);
    }

    /** The allocations of a call in the whole cluster: those whose users end with that mark, {@code #CALL}. */
    public List<Route> ofMark(String mark) {
        return tally.ofMark(mark).stream().map(byId::get).toList();
    }

    /** How many allocations have their authority on that node. */
    public int countByOwner(long incarnation) {
        return tally.ofOwner(incarnation);
    }

    /** Whether it is the IP address of a relay of the cluster, or was and a route still names it. Any thread. */
    public boolean isRelayed(IpAddress address) {
        return fib.scope().isRelay(address.high(), address.low());
    }

    public int size() {
        return byId.size();
    }

    /** A view, in no particular order. */
    public Collection<Route> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    /** A member, this node included, or new facts about it. */
    public void addNode(NodeDescriptor node) {
        if (scope.add(node)) {
            fib.scope(scope.scope());
        }
    }

    /** A member has left. Its routes stay until they expire. */
    public void removeNode(long incarnation) {
        if (scope.remove(incarnation)) {
            fib.scope(scope.scope());
        }
    }

    /**
     * Sets which nodes are live and which are heard, this one among both. Every leg that this moves is rewritten, the first
     * ones at once, the others by {@link #doWork}. Also to be called when node numbers have changed.
     */
    public void onLive(Set<Long> liveNodes, Set<Long> heardNodes) {
        Set<Long> changed = nodes.change(liveNodes, heardNodes);
        if (changed.isEmpty()) {
            return;
        }
        tally.forEachOpener((opener, ids) -> {
            if (changed.contains(opener) || !nodes.live().contains(opener)) {
                unsettled.addAll(ids);
            }
        });
        if (attachments != null) {
            attachments.forEachAt(changed, unsettled::add);
        }
        doWork();
    }

    /**
     * Goes on rewriting what {@link #onLive} has moved.
     *
     * @return how many routes were looked at
     */
    public int doWork() {
        int work = 0;
        for (Iterator<Long> ids = unsettled.iterator(); ids.hasNext() && work < LEGS_PER_TURN; work++) {
            settle(ids.next());
            ids.remove();
        }
        return work;
    }

    private void settle(long allocationId) {
        Route route = byId.get(allocationId);
        Leg leg = fib.byId(allocationId);
        if (route != null && leg != null && (leg.home() != home(route) || leg.standIn() != standsIn(route)
            || leg.attachment() != attachmentNumber(route) || !peers(route).isEmpty())) {
            fib.put(leg(route));
        }
    }

    /** This node's socket of that relayed address has been opened or closed. */
    public void onSocket(TransportAddress relayed) {
        byRelayed(relayed).filter(keys::isWonBy).ifPresent(route -> fib.put(leg(route)));
    }

    @Override
    public void onAttached(Attachment attachment) {
        Route route = byId.get(attachment.allocationId());
        if (route != null && keys.isWonBy(route)) {
            fib.put(leg(route));
        }
    }

    /** A packet of the client has come to this node from there: from the client itself, or from a proxy. */
    public void heard(Route route, TransportAddress hop) {
        if (hop.equals(hop(route))) {
            return;
        }
        if (hop.equals(dataFiveTuple(route).client())) {
            proxies.remove(route.allocationId());
        } else {
            proxies.put(route.allocationId(), hop);
        }
        if (keys.isWonBy(route)) {
            fib.put(leg(route));
        }
    }

    /** Where this node sends what is for the client. */
    public TransportAddress hop(Route route) {
        TransportAddress proxy = proxies.get(route.allocationId());
        return proxy == null ? dataFiveTuple(route).client() : proxy;
    }

    /** Whether only the node of the attachment can reach the client. */
    public boolean isProxied(Route route) {
        Attachment learned = attachments == null ? null : attachments.of(route.allocationId());
        return learned != null && learned.proxied();
    }

    /** The node to which packets for the client are sent now, or {@link Rendezvous#NOBODY} until the client is heard. */
    public long attachment(Route route) {
        Attachments learned = attachments;
        return Homes.attachment(route, learned == null ? null : learned.of(route.allocationId()), nodes.heard());
    }

    /** The node by which packets for that peer leave, if no node relays it: where its own arrive, else the home. */
    public long exit(Route route, TransportAddress peer) {
        Attachment learned = attachments == null ? null : attachments.of(route.allocationId(), peer);
        return learned != null && nodes.heard().contains(learned.node())
            ? learned.node()
            : Homes.home(route, nodes.live());
    }

    /** Whether the home is not the node that opened the relayed addresses, since that one is silent. */
    boolean standsIn(Route route) {
        return !nodes.live().contains(route.opener());
    }

    private List<Attachment> peers(Route route) {
        return attachments == null ? List.of() : attachments.ofPeers(route.allocationId());
    }

    /** Whether this node may send to the client. */
    public boolean reachesClient(Route route) {
        return isAnswerableAnywhere(route) || attachmentNumber(route) == Leg.THIS_NODE;
    }

    private boolean isAnswerableAnywhere(Route route) {
        return fib.returnPathDirect() && !isProxied(route);
    }

    /** Where any node may answer, one that cannot hands over to the home. */
    private int attachmentNumber(Route route) {
        long node = attachment(route);
        if (node != Rendezvous.NOBODY) {
            return nodes.number(node);
        }
        return isAnswerableAnywhere(route) ? home(route) : Leg.UNHEARD;
    }

    @Override
    public void onRecord(Route route) {
        Route before = byId.put(route.allocationId(), route);
        Map<Long, Route> affected = new LinkedHashMap<>();
        if (before != null) {
            tally.remove(before);
        }
        tally.add(route);
        if (before != null && !before.hasKeysOf(route)) {
            unlink(before, affected);
        }
        link(route, affected);
        affected.put(route.allocationId(), route);
        rewrite(affected.values());
        tellNames(before == null ? List.of() : before.relayedAddresses(), route.relayedAddresses());
    }

    @Override
    public void onMerged(Route merged) {
        routeListener.onMerged(merged);
    }

    @Override
    public void onRemoved(Route last) {
        Route route = byId.remove(last.allocationId());
        if (route == null) {
            return;
        }
        tally.remove(route);
        Map<Long, Route> affected = new LinkedHashMap<>();
        unlink(route, affected);
        fib.remove(route.allocationId());
        proxies.remove(route.allocationId());
        if (attachments != null) {
            attachments.forget(route.allocationId());
        }
        rewrite(affected.values());
        tellNames(route.relayedAddresses(), List.of());
    }

    /** A relayed address stays named while a conflicting route names it too. */
    private void tellNames(List<TransportAddress> before, List<TransportAddress> after) {
        for (TransportAddress relayed : before) {
            if (!after.contains(relayed) && byRelayed(relayed).isEmpty()) {
                routeListener.onUnnamed(relayed);
            }
        }
        for (TransportAddress relayed : after) {
            if (!before.contains(relayed)) {
                routeListener.onNamed(relayed);
            }
        }
    }

    private void link(Route route, Map<Long, Route> affected) {
        keys.add(route, affected);
        for (TransportAddress relayed : route.relayedAddresses()) {
            if (scope.routed(relayed, route.allocationId())) {
                fib.scope(scope.scope());
            }
        }
    }

    private void unlink(Route route, Map<Long, Route> affected) {
        keys.remove(route, affected);
        for (TransportAddress relayed : route.relayedAddresses()) {
            if (scope.unrouted(relayed.ip(), route.allocationId())) {
                fib.scope(scope.scope());
            }
        }
    }

    /** Losers first, so that a winner's keys are its own. */
    private void rewrite(Collection<Route> routes) {
        for (Route route : routes) {
            if (!keys.isWonBy(route)) {
                fib.remove(route.allocationId());
            }
        }
        for (Route route : routes) {
            if (keys.isWonBy(route)) {
                fib.put(leg(route));
            }
        }
    }

    private int home(Route route) {
        return nodes.number(Homes.home(route, nodes.live()));
    }

    private Leg leg(Route route) {
        FiveTuple data = dataFiveTuple(route);
        LegBuilder leg = Leg.builder(route.allocationId(), data.client(), fib.counters(route.allocationId()))
            .attachedTo(attachmentNumber(route), listener(data))
            .proxied(isProxied(route))
            .hop(hop(route))
            .home(home(route))
            .standIn(standsIn(route))
            .expiryMs(route.expiryMs());
        if (!data.equals(route.fiveTuple())) {
            leg.movingTo(route.fiveTuple().client(), listener(route.fiveTuple()));
        }
        for (Attachment heardAt : peers(route)) {
            TransportAddress peer = heardAt.peer();
            if (peer != null && nodes.heard().contains(heardAt.node())) {
                leg.exit(peer, nodes.number(heardAt.node()));
            }
        }
        for (TransportAddress relayed : route.relayedAddresses()) {
            leg.relay(relayed, sockets.socketOf(relayed));
        }
        for (Permission permission : route.permissions()) {
            leg.permission(permission.peer(), permission.expiryMs());
        }
        for (Channel channel : route.channels()) {
            leg.channel(channel.number(), channel.peer(), channel.expiryMs());
        }
        return leg.build();
    }

    /** Where data for the client go: where it was before it moved, until it has sent data from where it is now. */
    FiveTuple dataFiveTuple(Route route) {
        return keys.dataFiveTuple(route);
    }

    private int listener(FiveTuple fiveTuple) {
        return listeners.listenerOf(fiveTuple.server(), fiveTuple.protocol());
    }

    /** What differs between the routes and the forwarding tables; empty means that they agree. For tests and health. */
    public Optional<String> difference() {
        int legs = 0;
        for (Route route : byId.values()) {
            Leg leg = fib.byId(route.allocationId());
            legs += leg == null ? 0 : 1;
            if ((leg != null) != keys.isWonBy(route)) {
                return Optional.of(route + (leg == null ? " has no leg" : " has a leg but lost its key"));
            }
            if (leg != null && !leg.forwardsLike(leg(route))) {
                return Optional.of(route + " differs from " + leg);
            }
        }
        return legs == fib.size()
            ? Optional.empty()
            : Optional.of(fib.size() + " legs for " + legs + " routes");
    }
}
