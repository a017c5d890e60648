package io.turnstone.node.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.fib.Adjacency;
import io.turnstone.node.fib.DropReason;
import io.turnstone.node.replication.Rendezvous;
import io.turnstone.node.rib.SimulatedClients.Client;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What must hold of a {@link SimulatedCluster}: always, in calm times, and once it has been left in peace. */
final class SimulatedPromises {
    private final SimulatedCluster cluster;

    SimulatedPromises(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** The nodes that have a route under that id. */
    Set<Long> knowing(long id) {
        Set<Long> knowing = new TreeSet<>();
        cluster.all()
            .filter(node -> node.replicator.find(id).isPresent())
            .forEach(node -> knowing.add(node.incarnation));
        return knowing;
    }

    Set<Long> holders(Route route) {
        Set<Long> holders = new TreeSet<>();
        cluster.all()
            .filter(
                node -> node.replicator.find(route.allocationId())
                    .filter(held -> held.lineage().covers(route.version()))
                    .isPresent())
            .forEach(node -> holders.add(node.incarnation));
        return holders;
    }

    /**
     * While no node comes, dies or is cut off, an acknowledged route is the only one of its 5-tuple, and is held by as many
     * nodes as asked for, of those that have never paused.
     */
    void checkAcknowledged(Route route, Set<Long> holders) {
        assertThat(holders).as("holders of %s", route).isNotEmpty();
        if (cluster.isUndisturbed()) {
            long others = cluster.all().filter(node -> !cluster.network.everPaused(node.incarnation)).count() - 1;
            assertThat((long) holders.size())
                .as("holders of %s", route)
                .isGreaterThan(Math.min(cluster.acknowledgements, others));
            long acknowledged = cluster.model.byId.values()
                .stream()
                .filter(it -> it.fiveTuple.equals(route.fiveTuple()) && cluster.model.isCounted(it))
                .count();
            assertThat(acknowledged).as("acknowledged routes of %s", route.fiveTuple()).isLessThanOrEqualTo(1);
        }
    }

    /** In calm times a client that has sent data from its new 5-tuple has no other, unless it moves again or ends. */
    void checkArrived(Client client, Route route) {
        if (cluster.isUndisturbed() && !client.moving && !client.deleting) {
            assertThat(route.fiveTuples()).as("5-tuples of %s", route).containsExactly(client.fiveTuple);
        }
    }

    void checkFib(SimulatedNode node) {
        assertThat(node.rib.difference()).as("FIB and RIB of %x", node.incarnation).isEmpty();
    }

    void checkSample() {
        Client client = cluster.model.any(cluster.random);
        if (client != null) {
            checkAuthorities(client);
            cluster.all().forEach(node -> checkPermissions(node, client));
            checkHeld(client);
        }
    }

    /** Of nodes that reach each other, one at most decides. */
    private void checkAuthorities(Client client) {
        List<SimulatedNode> authorities = cluster.all()
            .filter(node -> node.authorities.containsKey(client.id))
            .toList();
        for (SimulatedNode one : authorities) {
            for (SimulatedNode other : authorities) {
                check(
                    one == other || !cluster.network.connected(one.incarnation, other.incarnation),
                    "has two authorities",
                    client,
                    null);
            }
        }
    }

    void checkQuiet() {
        List<SimulatedNode> all = cluster.all().toList();
        all.forEach(node -> node.replicator.doWork(cluster.nowMs));
        all.forEach(this::checkFib);
        for (SimulatedNode node : all) {
            assertThat(node.isReady()).as("%x in sync", node.incarnation).isTrue();
            assertThat(sorted(node)).as("routes of %x", node.incarnation).isEqualTo(sorted(all.getFirst()));
        }
        assertThat(all.stream().map(node -> node.replicator.digest()).distinct()).as("digests").hasSize(1);
        all.forEach(node -> checkAttachments(node, all.getFirst()));
        for (Client client : cluster.model.byId.values()) {
            for (SimulatedNode node : all) {
                checkKept(node, client);
                checkPermissions(node, client);
            }
        }
    }

    /** Everybody sends a client's packets to the same node, and to one that is there, or waits for the client. */
    private void checkAttachments(SimulatedNode node, SimulatedNode other) {
        for (Route route : node.rib.all()) {
            long attachment = node.rib.attachment(route);
            assertThat(attachment).as("attachment of %s at %x", route, node.incarnation)
                .isEqualTo(other.rib.attachment(route));
            if (attachment != Rendezvous.NOBODY) {
                assertThat(cluster.node(attachment)).as("attachment of %s", route).isNotNull();
            }
        }
    }

    private static List<Route> sorted(SimulatedNode node) {
        List<Route> routes = new ArrayList<>(node.rib.all());
        routes.sort(Comparator.comparingLong(Route::allocationId));
        return routes;
    }

    /**
     * Asked packet by packet, a node forwards to and from a peer only under a route and a permission that it holds, and
     * only under a permission that an authority has written.
     */
    private void checkPermissions(SimulatedNode node, Client client) {
        Route route = node.replicator.find(client.id).filter(it -> it.isLive(cluster.nowMs)).orElse(null);
        for (int i = 0; i < SimulatedClients.PEERS; i++) {
            IpAddress peer = SimulatedClients.peer(i);
            boolean permitted = client.written.getOrDefault(peer, 0L) > cluster.nowMs
                && route != null
                && route.permission(peer).filter(it -> it.isLive(cluster.nowMs)).isPresent();
            if (!permitted) {
                check(!isForwarded(toPeer(node, client, peer), node, client), "forwards", client, peer);
                for (TransportAddress relayed : client.relayed) {
                    check(!isForwarded(fromPeer(node, relayed, peer), node, client), "receives", client, peer);
                }
            }
        }
    }

    private boolean isForwarded(int adjacency, SimulatedNode node, Client client) {
        return Adjacency.kind(adjacency) != Adjacency.DROP && node.lookup.leg().allocationId() == client.id;
    }

    private int toPeer(SimulatedNode node, Client client, IpAddress peer) {
        TransportAddress from = client.fiveTuple.client();
        return node.lookup.fromClient(node.listener, from.high(), from.low(), from.port())
            .toPeer(peer.high(), peer.low(), 7, cluster.nowMs);
    }

    private int fromPeer(SimulatedNode node, TransportAddress relayed, IpAddress peer) {
        return node.lookup.atRelay(relayed).fromPeer(peer.high(), peer.low(), 7, cluster.nowMs);
    }

    private static void check(boolean holds, String verb, Client client, @Nullable IpAddress peer) {
        if (!holds) {
            throw new AssertionError(
                client.fiveTuple + " " + verb + (peer == null ? "" : " without a permission for " + peer));
        }
    }

    /** Whoever acknowledged still has it, or something later. */
    private void checkHeld(Client client) {
        if (cluster.model.isCounted(client)) {
            for (long holder : client.holders) {
                SimulatedNode node = cluster.node(holder);
                check(node == null || node.replicator.find(client.id).isPresent(), "lost by a holder", client, null);
            }
        }
    }

    /** Once quiet, on every node: what was deleted is gone, what was promised and had a holder left is there. */
    private void checkKept(SimulatedNode node, Client client) {
        Optional<Route> route = node.replicator.find(client.id);
        if (client.deleted && cluster.nowMs < client.buriedUntilMs && anyLeft(client.holders)) {
            assertThat(route).as("deleted %s at %x", client.fiveTuple, node.incarnation).isEmpty();
        }
        if (cluster.model.isCounted(client) && anyLeft(client.holders)) {
            assertThat(route).as("%s at %x", client.fiveTuple, node.incarnation).isPresent();
            client.promised.forEach((peer, promise) -> {
                long endMs = Math.min(promise.expiryMs(), promise.routeExpiryMs());
                if (cluster.nowMs < endMs && anyLeft(promise.holders())) {
                    checkPromised(node, client, route.orElseThrow(), peer, promise.expiryMs());
                }
            });
        }
    }

    private void checkPromised(SimulatedNode node, Client client, Route route, IpAddress peer, long expiryMs) {
        assertThat(route.permission(peer).map(Permission::expiryMs).orElse(0L))
            .as("permission of %s for %s at %x", client.fiveTuple, peer, node.incarnation)
            .isGreaterThanOrEqualTo(expiryMs);
        if (!isContested(node, client, route) && (client.moveHolders.isEmpty() || anyLeft(client.moveHolders))) {
            int adjacency = toPeer(node, client, peer);
            assertThat(
                Adjacency.kind(adjacency) != Adjacency.DROP
                    || Adjacency.dropReason(adjacency) == DropReason.NO_RELAY_SOCKET)
                .as("%s reaches %s through %x", client.fiveTuple, peer, node.incarnation)
                .isTrue();
        }
    }

    /** Two sides of a partition have each given the 5-tuple away; one of the two routes loses it on every node. */
    private static boolean isContested(SimulatedNode node, Client client, Route route) {
        return Stream.concat(Stream.of(client.fiveTuple), route.fiveTuples().stream())
            .flatMap(fiveTuple -> node.rib.byFiveTuple(fiveTuple).stream())
            .anyMatch(holder -> holder.allocationId() != client.id);
    }

    private boolean anyLeft(Set<Long> holders) {
        return holders.stream().anyMatch(holder -> cluster.node(holder) != null);
    }
}
