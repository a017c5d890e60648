package io.turnstone.node.allocation;

import io.turnstone.node.allocation.AllocationCommand.Allocate;
import io.turnstone.node.allocation.AllocationCommand.ChannelBind;
import io.turnstone.node.allocation.AllocationCommand.CreatePermission;
import io.turnstone.node.allocation.AllocationCommand.Move;
import io.turnstone.node.allocation.AllocationCommand.MoveData;
import io.turnstone.node.allocation.AllocationCommand.Refresh;
import io.turnstone.node.allocation.AllocationCommand.Request;
import io.turnstone.node.allocation.AllocationReply.Bound;
import io.turnstone.node.allocation.AllocationReply.Refreshed;
import io.turnstone.node.replication.Lineage;
import io.turnstone.node.rib.AllocateAnswer;
import io.turnstone.node.rib.Channel;
import io.turnstone.node.rib.Mobility;
import io.turnstone.node.rib.Permission;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.TransactionId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a request makes of a route, or why it may not: the RFC's checks in the RFC's order. Stateless, any thread. */
final class AllocationRules {
    /** RFC 8656 §9. */
    static final long PERMISSION_LIFETIME_MS = 300_000;
    /** RFC 8656 §12. */
    static final long CHANNEL_LIFETIME_MS = 600_000;
    /** How long a retransmitted Allocate is answered as before: a client gives up after 39.75 s (CLIENTS rule 4). */
    static final long REPEAT_MS = 40_000;

    static final int NO_TICKET = 0;

    private static final long MS_PER_SECOND = 1000;

    private final AllocationLimits limits;
    private final PeerPolicy peerPolicy;

    /** What the rules say about a request. */
    sealed interface Ruling {}

    /**
     * @param reply once the new route is replicated
     * @param released relayed addresses that the new route has no more
     */
    record Change(Route route, AllocationReply reply, List<TransportAddress> released) implements Ruling {}

    record Delete() implements Ruling {}

    record Refusal(StunError error) implements Ruling {}

    AllocationRules(AllocationLimits limits, PeerPolicy peerPolicy) {
        this.limits = limits;
        this.peerPolicy = peerPolicy;
    }

    /** The first version of a new allocation's route (RFC 8656 §7.2). */
    Route create(long allocationId, long incarnation, Allocate request, RelayPorts.Opened relay, long nowMs) {
        int lifetimeSeconds = limits.grantSeconds(request.lifetimeSeconds());
        TransactionId id = request.transaction().id();
        AllocateAnswer answer = new AllocateAnswer(
            firstEightOctets(id),
            (int) id.low(),
            lifetimeSeconds,
            request.transaction().integrity(),
            relay.reservationToken(),
            relay.addressError(),
            nowMs + REPEAT_MS);
        return new Route(
            allocationId,
            Lineage.first(incarnation),
            request.fiveTuple(),
            relay.relayedAddresses(),
            request.account(),
            nowMs,
            nowMs + lifetimeSeconds * MS_PER_SECOND,
            answer,
            List.of(),
            List.of(),
            request.transaction().mobile() ? Mobility.NEW : Mobility.NONE);
    }

    /** Whether the request is the very Allocate that made the route. */
    static boolean isRepeated(Route route, TransactionId id, long nowMs) {
        return route.answer().answers(firstEightOctets(id), (int) id.low(), nowMs);
    }

    private static long firstEightOctets(TransactionId id) {
        return (long) id.high() << Integer.SIZE | id.low() >>> Integer.SIZE;
    }

    /** An Allocate never changes an allocation. */
    Ruling rule(Route route, Request request, long nowMs) {
        return switch (request) {
            case Allocate _ -> new Refusal(StunError.ALLOCATION_MISMATCH);
            case Move move -> move(route, move, nowMs);
            case Request other when !isOwner(route, other) -> new Refusal(StunError.WRONG_CREDENTIALS);
            case Refresh refresh -> refresh(route, refresh, nowMs);
            case CreatePermission create -> createPermission(route, create, nowMs);
            case ChannelBind bind -> bindChannel(route, bind, nowMs);
            case MoveData data -> arrive(route, data, nowMs);
        };
    }

    /** RFC 8656 §5: only the user who made an allocation may use it. */
    private static boolean isOwner(Route route, Request request) {
        return request.account().equals(route.username());
    }

    /** RFC 8016 §3.2.2, in its order; a spent ticket is good for hearing the answer again where the client moved to. */
    private Ruling move(Route route, Move request, long nowMs) {
        Mobility mobility = route.mobility();
        if (!mobility.isGranted()) {
            return new Refusal(StunError.MOBILITY_FORBIDDEN);
        }
        boolean isThere = route.fiveTuple().equals(request.fiveTuple());
        boolean again = isThere && mobility.isSpent(request.ticket(), nowMs);
        if (!again && (isThere || request.ticket() != mobility.ticket())) {
            return new Refusal(StunError.BAD_REQUEST);
        }
        if (!isOwner(route, request)) {
            return new Refusal(StunError.WRONG_CREDENTIALS);
        }
        if (again) {
            Refreshed answer = new Refreshed(request.requestId(), mobility.lifetimeSeconds(), mobility.ticket());
            return new Change(route.next(nowMs), answer, List.of());
        }
        return switch (refresh(route, request.refresh(), nowMs)) {
            case Change(Route next, Refreshed granted, var released) when granted.lifetimeSeconds() > 0 -> {
                Route moved = next.movedTo(request.fiveTuple(), granted.lifetimeSeconds(), nowMs + REPEAT_MS);
                yield new Change(
                    moved,
                    new Refreshed(granted.requestId(), granted.lifetimeSeconds(), moved.mobility().ticket()),
                    released);
            }
            case Ruling other -> other;
        };
    }

    /** RFC 8016 §3.2.2: the old 5-tuple is given up. */
    private static Ruling arrive(Route route, MoveData request, long nowMs) {
        return route.fiveTuple().equals(request.fiveTuple()) && route.mobility().previous().isPresent()
            ? new Change(route.next(nowMs).arrived(), new Bound(request.requestId()), List.of())
            : new Refusal(StunError.BAD_REQUEST);
    }

    /** RFC 8656 §8.2. */
    private Ruling refresh(Route route, Refresh request, long nowMs) {
        List<TransportAddress> meant = request.familyNumber().isEmpty()
            ? route.relayedAddresses()
            : ofFamily(route, request.familyNumber().getAsInt());
        if (meant.isEmpty()) {
            return new Refusal(StunError.PEER_ADDRESS_FAMILY_MISMATCH);
        }
        if (request.lifetimeSeconds().orElse(limits.defaultLifetimeSeconds()) == 0) {
            return meant.size() == route.relayedAddresses().size()
                ? new Delete()
                : new Change(without(route, meant, nowMs), new Refreshed(request.requestId(), 0, NO_TICKET), meant);
        }
        int lifetimeSeconds = limits.grantSeconds(request.lifetimeSeconds());
        Route refreshed = route.next(nowMs).withExpiry(nowMs + lifetimeSeconds * MS_PER_SECOND);
        return new Change(refreshed, new Refreshed(request.requestId(), lifetimeSeconds, NO_TICKET), List.of());
    }

    private static List<TransportAddress> ofFamily(Route route, int familyNumber) {
        return route.relayedAddresses()
            .stream()
            .filter(address -> AddressFamily.of(address).number() == familyNumber)
            .toList();
    }

    /** RFC 8656 §8.1: one of two addresses goes, with the permissions and channels of its family. */
    private static Route without(Route route, List<TransportAddress> gone, long nowMs) {
        Route next = route.next(nowMs);
        AddressFamily family = AddressFamily.of(gone.getFirst());
        return new Route(
            next.allocationId(),
            next.lineage(),
            next.fiveTuple(),
            next.relayedAddresses().stream().filter(address -> !gone.contains(address)).toList(),
            next.username(),
            next.createdMs(),
            next.expiryMs(),
            next.answer(),
            next.permissions().stream().filter(it -> AddressFamily.of(it.peer()) != family).toList(),
            next.channels().stream().filter(it -> AddressFamily.of(it.peer()) != family).toList(),
            next.mobility());
    }

    /**
     * RFC 8656 §10.2: all or none. A peer of a family that the allocation lacks is refused like a forbidden one, not with
     * 443, and so is one too many: Firefox tolerates nothing else (CLIENTS rule 6).
     */
    private Ruling createPermission(Route route, CreatePermission request, long nowMs) {
        boolean permitted = request.peers()
            .stream()
            .allMatch(peer -> hasFamily(route, peer) && peerPolicy.allows(peer));
        if (!permitted || countPermissions(route, request.peers(), nowMs) > limits.permissionsMax()) {
            return new Refusal(StunError.FORBIDDEN);
        }
        List<Permission> added = request.peers()
            .stream()
            .map(peer -> new Permission(peer, nowMs + PERMISSION_LIFETIME_MS))
            .toList();
        return new Change(
            route.next(nowMs).withPermissions(added), new Bound(request.requestId()), List.of());
    }

    /** RFC 8656 §12.2. */
    private Ruling bindChannel(Route route, ChannelBind request, long nowMs) {
        int number = request.channelNumber();
        TransportAddress peer = request.peer();
        if (number > limits.channelNumberMax() || isBoundOtherwise(route, number, peer, nowMs)) {
            return new Refusal(StunError.BAD_REQUEST);
        }
        if (!hasFamily(route, peer.ip())) {
            return new Refusal(StunError.PEER_ADDRESS_FAMILY_MISMATCH);
        }
        if (!peerPolicy.allows(peer.ip())
            || countPermissions(route, List.of(peer.ip()), nowMs) > limits.permissionsMax()
            || countChannels(route, number, nowMs) > limits.channelsMax()) {
            return new Refusal(StunError.FORBIDDEN);
        }
        Route bound = route.next(nowMs)
            .withChannel(new Channel(number, peer, nowMs + CHANNEL_LIFETIME_MS))
            .withPermissions(List.of(new Permission(peer.ip(), nowMs + PERMISSION_LIFETIME_MS)));
        return new Change(bound, new Bound(request.requestId()), List.of());
    }

    /** A number is held back for five minutes after its channel expired; a peer may take another number at once. */
    private static boolean isBoundOtherwise(Route route, int number, TransportAddress peer, long nowMs) {
        return route.channels()
            .stream()
            .anyMatch(
                channel -> channel.number() == number
                    ? !channel.peer().equals(peer) && channel.isReserved(nowMs)
                    : channel.peer().equals(peer) && channel.isLive(nowMs));
    }

    private static boolean hasFamily(Route route, IpAddress peer) {
        return route.relayedAddresses().stream().anyMatch(relayed -> relayed.isIpv4() == peer.isIpv4());
    }

    private static int countPermissions(Route route, List<IpAddress> added, long nowMs) {
        Set<IpAddress> peers = new HashSet<>(added);
        route.permissions().stream().filter(it -> it.isLive(nowMs)).forEach(it -> peers.add(it.peer()));
        return peers.size();
    }

    private static int countChannels(Route route, int added, long nowMs) {
        long others = route.channels().stream().filter(it -> it.number() != added && it.isReserved(nowMs)).count();
        return (int) others + 1;
    }
}
