package io.turnstone.node.allocation;

import io.turnstone.node.auth.Authenticator;
import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.auth.MobilityTickets;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.node.auth.RevokedCalls;
import io.turnstone.node.rib.AllocateAnswer.AddressError;
import io.turnstone.node.rib.Inquiry;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.turn.EvenPort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** A cluster in one thread around real services and real allocations: its RIB, shards and ports are played here. */
final class TurnWorld implements RouteTable {
    static final String REALM = "example.org";
    static final TransportAddress SERVICE = TransportAddress.parse("5.6.7.8:3478");
    static final IpAddress RELAY_IPV4 = IpAddress.parse("20.0.0.1");
    static final IpAddress RELAY_IPV6 = IpAddress.parse("2606:4700::20");
    static final IpPrefix DENIED = IpPrefix.parse("9.0.0.0/8");

    long nowMs = 1_795_000_000_000L;
    /** Whether announcements are acknowledged at once; otherwise by {@link #replicate}. */
    boolean replicating = true;
    boolean ready = true;
    boolean hasIpv6 = true;
    boolean hasPorts = true;
    int userQuota;
    int callQuota;
    final RevokedCalls revoked = new RevokedCalls(600_000, 10);
    boolean followsClientFamily;
    boolean mobility = true;
    boolean setsDontFragment = true;
    /** What the cluster says of a 5-tuple that this node does not know. */
    Inquiry inquiry = new Inquiry.Unsure();
    int inquiries;
    /** Whether this cluster's nodes have not heard of any route yet. */
    boolean hidesRoutes;
    /** Whether other nodes have to answer the clients. */
    boolean reachesNobody;

    private final Map<Long, Route> routes = new HashMap<>();
    private final Map<Long, Allocation> authorities = new HashMap<>();
    private final Map<Long, TransportAddress> reserved = new HashMap<>();
    private final Deque<Runnable> unacknowledged = new ArrayDeque<>();
    private final Map<Long, Node> nodes = new HashMap<>();
    private final Random random = new Random(1);
    private long nextId = 1;
    private int nextPort = 50_000;

    /** One node and what it has sent. */
    final List<FiveTuple> arrivals = new ArrayList<>();
    final class Node implements Allocations {
        final long incarnation;
        final TurnService service;
        final Deque<byte[]> sent = new ArrayDeque<>();
        final List<Integer> mintedInShards = new ArrayList<>();

        private Node(long incarnation) {
            this.incarnation = incarnation;
            service = service(List.of(SERVICE), (_, buffer, offset, length) -> {
                byte[] bytes = new byte[length];
                buffer.getBytes(offset, bytes);
                sent.add(bytes);
            });
        }

        /** A service of this node; replies of authorities go to the one that the node was made with. */
        TurnService service(List<TransportAddress> serviceAddresses, Answers answers) {
            TurnSettings settings = new TurnSettings(
                incarnation,
                serviceAddresses,
                "Turnstone",
                userQuota,
                callQuota,
                followsClientFamily,
                mobility,
                setsDontFragment);
            ClusterKeys keys = ClusterKeys.ofSecrets(List.of("cluster"));
            Nonces nonces = new Nonces(keys, 600_000, new Random(incarnation));
            CredentialStore users = new CredentialStore(
                REALM,
                Map.of("alice", "wonder", "bob", "builder"),
                new RestSecrets(List.of("north"), ':'));
            Authenticator authenticator = new Authenticator(users, nonces, 10);
            MobilityTickets tickets = new MobilityTickets(keys);
            return new TurnService(settings, new TurnService.Proofs(authenticator, tickets, revoked), TurnWorld.this,
                this, answers);
        }

        void receive(TransportAddress client, byte[] bytes) {
            service.onPacket(new Origin(client, 0, 0), new UnsafeBuffer(bytes), 0, bytes.length, nowMs);
        }

        @Override
        public OptionalLong mint() {
            return ready ? OptionalLong.of(nextId++) : OptionalLong.empty();
        }

        @Override
        public OptionalLong mintIn(int shard) {
            mintedInShards.add(shard);
            return OptionalLong.of(nextId++ * SHARDS + shard);
        }

        @Override
        public void tell(long allocationId, AllocationCommand command) {
            Allocation authority = authorities.get(allocationId);
            if (authority == null) {
                PeerPolicy policy = new PeerPolicy(List.of(), List.of(DENIED), RELAY_IPV4::equals);
                authority = new Allocation(allocationId, incarnation, AllocationLimits.DEFAULT, policy);
                authorities.put(allocationId, authority);
                perform(allocationId, authority, authority.start(nowMs));
            }
            perform(allocationId, authority, authority.handle(command, nowMs));
        }
    }

    Node node(long incarnation) {
        return nodes.computeIfAbsent(incarnation, Node::new);
    }

    /** Acknowledges every announcement that waits. */
    void replicate() {
        while (!unacknowledged.isEmpty()) {
            unacknowledged.remove().run();
        }
    }

    Route onlyRoute() {
        return routes.values().iterator().next();
    }

    int routeCount() {
        return routes.size();
    }

    private void perform(long id, Allocation authority, List<AllocationEffect> effects) {
        for (AllocationEffect effect : effects) {
            switch (effect) {
                case AllocationEffect.Recover _ -> tell(
                    id,
                    authority,
                    new AllocationCommand.Recovered(Optional.ofNullable(routes.get(id))));
                case AllocationEffect.OpenRelay(RelayRequest request) ->
                    tell(id, authority, new AllocationCommand.RelayAnswered(open(id, request)));
                case AllocationEffect.Announce(Route route, long _) -> announce(id, authority, route);
                case AllocationEffect.Withdraw _ -> {
                    routes.remove(id);
                    tell(id, authority, new AllocationCommand.Withdrawn());
                }
                case AllocationEffect.Respond(AllocationReply reply) ->
                    node(reply.requestId().incarnation()).service.onReply(reply, nowMs);
                case AllocationEffect.Stop _ -> authorities.remove(id);
                case AllocationEffect.ReleaseRelay _,AllocationEffect.WakeAt _ -> {
                }
            }
        }
    }

    private void announce(long id, Allocation authority, Route route) {
        unacknowledged.add(() -> {
            routes.put(id, route);
            tell(id, authority, new AllocationCommand.Replicated(route.version()));
        });
        if (replicating) {
            replicate();
        }
    }

    private void tell(long id, Allocation authority, AllocationCommand command) {
        perform(id, authority, authority.handle(command, nowMs));
    }

    private RelayPorts.RelayOutcome open(long id, RelayRequest request) {
        if (request.reservationToken().isPresent()) {
            TransportAddress kept = reserved.remove(request.reservationToken().getAsLong());
            return kept == null
                ? new RelayPorts.Refused(StunError.INSUFFICIENT_CAPACITY)
                : new RelayPorts.Opened(List.of(kept), OptionalLong.empty(), Optional.empty());
        }
        if (!hasPorts) {
            return new RelayPorts.Refused(StunError.INSUFFICIENT_CAPACITY);
        }
        if (request.family() == AddressFamily.IPV6 && !hasIpv6) {
            return new RelayPorts.Refused(StunError.ADDRESS_FAMILY_NOT_SUPPORTED);
        }
        return opened(id, request);
    }

    private RelayPorts.Opened opened(long id, RelayRequest request) {
        int port = nextPort;
        nextPort += 2;
        List<TransportAddress> relayed = new ArrayList<>();
        relayed.add(TransportAddress.of(request.family() == AddressFamily.IPV4 ? RELAY_IPV4 : RELAY_IPV6, port));
        Optional<AddressError> error = Optional.empty();
        if (request.additionalIpv6() && hasIpv6) {
            relayed.add(TransportAddress.of(RELAY_IPV6, port));
        } else if (request.additionalIpv6()) {
            error = Optional.of(
                new AddressError(AddressFamily.IPV6.number(), StunError.ADDRESS_FAMILY_NOT_SUPPORTED.code()));
        }
        OptionalLong token = OptionalLong.empty();
        if (request.evenPort() == EvenPort.EVEN_AND_RESERVE_NEXT) {
            token = OptionalLong.of(ReservationToken.mint(id, random));
            reserved.put(token.getAsLong(), relayed.getFirst().withPort(port + 1));
        }
        return new RelayPorts.Opened(relayed, token, error);
    }

    @Override
    public Optional<Route> byId(long allocationId) {
        return hidesRoutes ? Optional.empty() : Optional.ofNullable(routes.get(allocationId));
    }

    @Override
    public Optional<Route> byFiveTuple(FiveTuple fiveTuple) {
        return routes.values()
            .stream()
            .filter(route -> !hidesRoutes && route.fiveTuples().contains(fiveTuple))
            .findFirst();
    }

    @Override
    public Optional<Route> byRelayed(TransportAddress relayedAddress) {
        return routes.values().stream().filter(it -> it.relayedAddresses().contains(relayedAddress)).findFirst();
    }

    @Override
    public int countByUsername(String account) {
        return (int) routes.values().stream().filter(route -> route.username().equals(account)).count();
    }

    @Override
    public int countByMark(String mark) {
        return ofMark(mark).size();
    }

    List<Route> ofMark(String mark) {
        return routes.values().stream().filter(route -> route.username().endsWith(mark)).toList();
    }

    @Override
    public void arrived(FiveTuple fiveTuple, TransportAddress hop, long atMs) {
        arrivals.add(fiveTuple);
    }

    @Override
    public void peerArrived(long allocationId, TransportAddress peer, long nowMs) {}

    @Override
    public Optional<TransportAddress> hop(Route route) {
        return reachesNobody ? Optional.empty() : Optional.of(route.fiveTuple().client());
    }

    @Override
    public void inquire(FiveTuple fiveTuple, Consumer<Inquiry> answer) {
        inquiries++;
        answer.accept(inquiry);
    }
}
