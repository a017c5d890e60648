package io.turnstone.node.rib;

import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.allocation.AllocationReply;
import io.turnstone.node.replication.Version;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
        /** Where it is, as far as it was told; and the ticket to take with it, 0 if it has none. */
        FiveTuple fiveTuple;
        int ticket;
        boolean moving;
        /** Whoever held the last version that the client was told of, or its deletion, when it was told. */
        final Set<Long> holders = new TreeSet<>();
        /** Whoever held its last move when it was told of that; nobody if it never moved. */
        final Set<Long> moveHolders = new TreeSet<>();
        @Nullable
        Version told;
        /** What was replicated last, just before the client is told. */
        @Nullable
        Route replicated;
        long expiryMs;
        boolean deleting;
        boolean deleted;
        /** Until then a deletion holds, if the client was told of one. */
        long buriedUntilMs;
        final Set<Long> withdrawnFrom = new TreeSet<>();
        final Set<TransportAddress> relayed = new HashSet<>();
        boolean lost;
        /** Peer to the latest deadline that an authority has written, told or not; and to the latest that was told. */
        final Map<IpAddress, Long> written = new HashMap<>();
        final Map<IpAddress, Promise> promised = new TreeMap<>();

        Client(long id, FiveTuple fiveTuple) {
            this.id = id;
            this.fiveTuple = fiveTuple;
        }
    }

    /**
     * A permission that a client was told of.
     *
     * @param version with which it was written
     * @param routeExpiryMs when those that hold it forget the whole route, unless they hear of a later version
     * @param holders whoever held it then
     */
    record Promise(long expiryMs, Version version, long routeExpiryMs, Set<Long> holders) {
        Promise carriedOnBy(Route route) {
            return route.lineage().covers(version)
                ? new Promise(expiryMs, version, route.expiryMs(), holders)
                : this;
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
            client.relayed.addAll(route.relayedAddresses());
            route.permissions().forEach(it -> client.written.merge(it.peer(), it.expiryMs(), Math::max));
        }
    }

    /** A withdrawal is remembered for as long as what it withdrew would have lived, as far as its author knows. */
    void onWithdrawal(long id, Optional<Route> withdrawn) {
        Client client = byId.get(id);
        if (client != null) {
            client.buriedUntilMs = withdrawn.map(Route::expiryMs).orElse(0L);
            client.withdrawnFrom.clear();
            withdrawn.ifPresent(route -> client.withdrawnFrom.addAll(cluster.promises.knowing(id)));
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
        client.moving &= !(it.request() instanceof AllocationCommand.Move);
        Route route = client.replicated;
        switch (reply) {
            case AllocationReply.Allocated allocated -> {
                if (route != null) {
                    client.ticket = route.mobility().ticket();
                    told(client, route);
                }
            }
            case AllocationReply.Refreshed(var request, int lifetimeSeconds, int ticket) -> {
                if (lifetimeSeconds == 0) {
                    client.deleted = true;
                    client.holders.clear();
                    client.holders.addAll(client.withdrawnFrom);
                    client.holders.removeAll(cluster.promises.knowing(id));
                } else if (route != null) {
                    moved(client, route, it.request(), ticket);
                    told(client, route);
                }
            }
            case AllocationReply.Bound bound -> {
                if (route != null) {
                    told(client, route);
                    promise(client, route, it.request());
                    if (it.request() instanceof AllocationCommand.MoveData) {
                        cluster.promises.checkArrived(client, route);
                    }
                }
            }
            case AllocationReply.Conflicted conflicted -> client.lost = true;
            case AllocationReply.Refused refused -> {
            }
            case AllocationReply.Missing missing -> {
            }
        }
    }

    /** Its first data leave at once. */
    private void moved(Client client, Route route, AllocationCommand.Request request, int ticket) {
        if (request instanceof AllocationCommand.Move move) {
            client.moveHolders.clear();
            client.moveHolders.addAll(cluster.promises.holders(route));
            client.fiveTuple = move.fiveTuple();
            client.ticket = ticket;
            cluster.sendData(client);
        }
    }

    private void told(Client client, Route route) {
        if (client.deleting) {
            return;
        }
        client.told = route.version();
        client.expiryMs = route.expiryMs();
        client.holders.clear();
        client.holders.addAll(cluster.promises.holders(route));
        client.promised.replaceAll((peer, promise) -> promise.carriedOnBy(route));
        cluster.promises.checkAcknowledged(route, client.holders);
    }

    private void promise(Client client, Route route, AllocationCommand.Request request) {
        IpAddress peer = switch (request) {
            case AllocationCommand.CreatePermission create -> create.peers().getFirst();
            case AllocationCommand.ChannelBind bind -> bind.peer().ip();
            default -> null;
        };
        if (peer == null) {
            return;
        }
        long expiryMs = route.permission(peer).map(Permission::expiryMs).orElse(0L);
        Promise promise = new Promise(expiryMs, route.version(), route.expiryMs(), new TreeSet<>(client.holders));
        client.promised.put(peer, promise);
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
}
