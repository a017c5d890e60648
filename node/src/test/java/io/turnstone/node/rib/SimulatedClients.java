package io.turnstone.node.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.allocation.AllocationReply;
import io.turnstone.node.fib.Adjacency;
import io.turnstone.node.replication.Version;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What clients have asked for and been told, beside the cluster's own memory: the ground truth of the invariants. */
final class SimulatedClients {
    static final int PEERS = 6;

    /** What one client was promised under one allocation id. */
    static final class Client {
        final long id;
        final FiveTuple fiveTuple;
        /** Whoever held the last version that the client was told of, when it was told. */
        final Set<Long> holders = new TreeSet<>();
        @Nullable
        Version told;
        /** What was replicated last, just before the client is told. */
        @Nullable
        Route replicated;
        long expiryMs;
        boolean deleting;
        boolean deleted;
        boolean lost;
        /** Peer to the latest deadline that an authority has written, told or not; and to the latest that was told. */
        final Map<IpAddress, Long> written = new HashMap<>();
        final Map<IpAddress, Long> promised = new TreeMap<>();
        final Map<IpAddress, Set<Long>> promisedBy = new HashMap<>();

        Client(long id, FiveTuple fiveTuple) {
            this.id = id;
            this.fiveTuple = fiveTuple;
        }
    }

    private record Asked(Client client, AllocationCommand.Request request) {}

    final Map<Long, Client> byId = new TreeMap<>();
    private final List<Client> all = new ArrayList<>();
    private final Map<Long, Asked> asked = new HashMap<>();
    private final SimulatedCluster cluster;

    SimulatedClients(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    static IpAddress peer(int index) {
        return IpAddress.ofIpv4(0xC633_6400 + index);
    }

    void add(Client client) {
        byId.put(client.id, client);
        all.add(client);
    }

    void ask(Client client, AllocationCommand.Request request) {
        asked.put(request.requestId().number(), new Asked(client, request));
    }

    void onAttempt(Route route) {
        Client client = byId.get(route.allocationId());
        if (client != null) {
            route.permissions().forEach(it -> client.written.merge(it.peer(), it.expiryMs(), Math::max));
        }
    }

    void onOutcome(Route route, Outcome outcome) {
        Client client = byId.get(route.allocationId());
        if (client != null && outcome instanceof Outcome.Replicated) {
            client.replicated = route;
        }
    }

    void onReply(long id, AllocationReply reply) {
        Asked it = asked.remove(reply.requestId().number());
        if (it == null || it.client().id != id) {
            return;
        }
        Client client = it.client();
        Route route = client.replicated;
        switch (reply) {
            case AllocationReply.Allocated allocated -> {
                if (route != null) {
                    told(client, route);
                }
            }
            case AllocationReply.Refreshed(var request, int lifetimeSeconds) -> {
                if (lifetimeSeconds == 0) {
                    client.deleted = true;
                } else if (route != null) {
                    told(client, route);
                }
            }
            case AllocationReply.Bound bound -> {
                if (route != null) {
                    told(client, route);
                    promise(client, route, it.request());
                }
            }
            case AllocationReply.Conflicted conflicted -> client.lost = true;
            case AllocationReply.Refused refused -> {
            }
            case AllocationReply.Missing missing -> {
            }
        }
    }

    private void told(Client client, Route route) {
        if (client.deleting) {
            return;
        }
        client.told = route.version();
        client.expiryMs = route.expiryMs();
        client.holders.clear();
        client.holders.addAll(cluster.holders(route));
        cluster.checkAcknowledged(route, client.holders);
    }

    private void promise(Client client, Route route, AllocationCommand.Request request) {
        IpAddress peer = switch (request) {
            case AllocationCommand.CreatePermission create -> create.peers().getFirst();
            case AllocationCommand.ChannelBind bind -> bind.peer().ip();
            default -> throw new AssertionError(request);
        };
        long expiryMs = route.permission(peer).map(Permission::expiryMs).orElse(0L);
        client.promised.put(peer, expiryMs);
        client.promisedBy.put(peer, new TreeSet<>(client.holders));
    }

    /** Mostly one of the latest; null while there is none. */
    @Nullable
    Client any(RandomGenerator random) {
        return all.isEmpty() ? null : all.get(all.size() - 1 - random.nextInt(Math.min(30, all.size())));
    }

    boolean isCounted(Client client) {
        return client.told != null && !client.deleting && !client.deleted && !client.lost
            && cluster.nowMs < client.expiryMs;
    }

    /** No node forwards for this client to or from a peer that no authority has permitted, or after the deadline. */
    void checkPermissions(SimulatedNode node, Client client, int listener) {
        Route route = node.replicator.find(client.id).orElse(null);
        TransportAddress from = client.fiveTuple.client();
        for (int i = 0; i < PEERS; i++) {
            IpAddress peer = peer(i);
            boolean permitted = client.written.getOrDefault(peer, 0L) > cluster.nowMs;
            int up = node.lookup.fromClient(listener, from.high(), from.low(), from.port())
                .toPeer(peer.high(), peer.low(), 7, cluster.nowMs);
            boolean own = Adjacency.kind(up) == Adjacency.DROP || node.lookup.leg().allocationId() == client.id;
            check(permitted || !own || Adjacency.kind(up) == Adjacency.DROP, "forwards", client, peer);
            if (route != null) {
                int down = node.lookup.atRelay(route.relayedAddresses().getFirst())
                    .fromPeer(peer.high(), peer.low(), 7, cluster.nowMs);
                boolean dropped = Adjacency.kind(down) == Adjacency.DROP;
                boolean other = !dropped && node.lookup.leg().allocationId() != client.id;
                check(permitted || dropped || other, "receives", client, peer);
            }
        }
    }

    private static void check(boolean holds, String verb, Client client, IpAddress peer) {
        assertThat(holds)
            .as(() -> client.fiveTuple + " " + verb + " without a permission for " + peer)
            .isTrue();
    }

    /** Whoever acknowledged still has it, or something later. */
    void checkHeld(Client client) {
        if (!isCounted(client)) {
            return;
        }
        for (long holder : client.holders) {
            SimulatedNode node = cluster.node(holder);
            if (node != null) {
                assertThat(node.replicator.find(client.id)).as("%s at its acknowledger", client.fiveTuple).isPresent();
            }
        }
    }

    /** Once quiet, on every node. */
    void checkEverywhere(Client client, List<SimulatedNode> nodes) {
        for (SimulatedNode node : nodes) {
            Optional<Route> route = node.replicator.find(client.id);
            if (client.deleted) {
                assertThat(route).as("deleted %s at %x", client.fiveTuple, node.incarnation).isEmpty();
            }
            if (isCounted(client) && client.holders.stream().anyMatch(holder -> cluster.node(holder) != null)) {
                assertThat(route).as("%s at %x", client.fiveTuple, node.incarnation).isPresent();
                client.promised.forEach((peer, expiryMs) -> {
                    if (expiryMs > cluster.nowMs
                        && client.promisedBy.getOrDefault(peer, Set.of())
                            .stream()
                            .anyMatch(holder -> cluster.node(holder) != null)) {
                        assertThat(route.orElseThrow().permission(peer).map(Permission::expiryMs).orElse(0L))
                            .as("permission of %s for %s at %x", client.fiveTuple, peer, node.incarnation)
                            .isGreaterThanOrEqualTo(expiryMs);
                    }
                });
            }
        }
    }
}
