package io.turnstone.node.allocation;

import io.turnstone.node.allocation.AllocationCommand.Request;
import io.turnstone.node.allocation.AllocationReply.Allocated;
import io.turnstone.node.allocation.AllocationReply.Bound;
import io.turnstone.node.allocation.AllocationReply.Conflicted;
import io.turnstone.node.allocation.AllocationReply.Missing;
import io.turnstone.node.allocation.AllocationReply.Refreshed;
import io.turnstone.node.allocation.AllocationReply.Refused;
import io.turnstone.node.auth.Authentication;
import io.turnstone.node.auth.Authenticator;
import io.turnstone.node.auth.MobilityTickets;
import io.turnstone.node.auth.MobilityTickets.Ticket;
import io.turnstone.node.auth.RevokedCalls;
import io.turnstone.node.auth.TurnUser;
import io.turnstone.node.punt.PuntedPacket;
import io.turnstone.node.rib.ControlCounters;
import io.turnstone.node.rib.Inquiry;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunClass;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunMethod;
import io.turnstone.protocol.turn.TurnRequest;
import io.turnstone.protocol.turn.TurnRequest.AllocateRequest;
import io.turnstone.protocol.turn.TurnRequest.RefreshRequest;
import io.turnstone.protocol.turn.TurnRequestDecoder;
import io.turnstone.protocol.turn.TurnRequestDecoder.Decoded;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * A client's requests on their way to the authority of its allocation, and the answers on their way back (RFC 8656 §5).
 * Control thread.
 *
 * <p>A request passes, in this order: well-formedness (or it is dropped), retransmission in flight (dropped),
 * authentication (400, 401, 438), unknown attributes (420), whether its call has ended (403), for Allocate the 5-tuple (repeated answer or 437), the
 * request's own form (400, 440, 442), for the other methods the 5-tuple or the mobility ticket (silence, or 437 when the
 * whole cluster is certain; 405 where mobility is off), for Allocate the quota (486). All else is the authority's
 * business.
 */
public final class TurnService {
    /** A telling that is not answered for so long may have been lost; the client's next retransmission repeats it. */
    private static final long TELL_AGAIN_AFTER_MS = 400;
    private static final long INQUIRY_INTERVAL_MS = 1_000;
    private static final int THROTTLED_MAX = 10_000;
    private static final int IN_FLIGHT_MAX = 50_000;

    private final TurnSettings settings;
    private final Authenticator authenticator;
    private final MobilityTickets tickets;
    private final RevokedCalls revoked;
    private final RouteTable routes;
    private final Allocations allocations;
    private final Responder responder;
    private final Commands commands;
    private final ControlCounters<TurnCounter> counters = new ControlCounters<>(TurnCounter.class);
    private final InFlight inFlight = new InFlight(IN_FLIGHT_MAX);
    private final Throttle<FiveTuple> inquiries = new Throttle<>(INQUIRY_INTERVAL_MS, THROTTLED_MAX);
    private final StunMessage message = new StunMessage();
    private final long understoodSet;

    /**
     * What clients prove something by.
     *
     * @param revoked calls whose credentials prove nothing any more
     */
    public record Proofs(Authenticator authenticator, MobilityTickets tickets, RevokedCalls revoked) {}

    public TurnService(
        TurnSettings settings,
        Proofs proofs,
        RouteTable routes,
        Allocations allocations,
        Answers answers) {
        this.settings = settings;
        this.authenticator = proofs.authenticator();
        this.tickets = proofs.tickets();
        this.revoked = proofs.revoked();
        this.routes = routes;
        this.allocations = allocations;
        this.responder = new Responder(settings.software(), authenticator, tickets, answers);
        this.commands = new Commands(settings);
        this.understoodSet = settings.understoodSet();
    }

    public ControlCounters<TurnCounter> counters() {
        return counters;
    }

    /** Forgets requests that nobody will answer. */
    public int doWork(long nowMs) {
        return inFlight.forgetOld(nowMs);
    }

    public void onPunt(PuntedPacket packet, long nowMs) {
        Origin origin = new Origin(packet.source(), packet.hop(), packet.listener(), packet.forwarder());
        switch (packet.reason()) {
            case PEER_MOVED ->
                routes.peerArrived(packet.buffer().getLong(packet.packetOffset()), packet.source(), nowMs);
            case MOVED -> routes.arrived(fiveTuple(origin), origin.hop(), nowMs);
            case MOVE_DATA -> onMoveData(fiveTuple(origin));
            default -> onPacket(origin, packet.buffer(), packet.packetOffset(), packet.packetLength(), nowMs);
        }
    }

    /** Anything at all that somebody sent to a listener. */
    public void onPacket(Origin origin, DirectBuffer buffer, int offset, int length, long nowMs) {
        if (!message.wrap(buffer, offset, length) || !isRequest(message)) {
            counters.increment(TurnCounter.MALFORMED);
            return;
        }
        FiveTuple fiveTuple = fiveTuple(origin);
        InFlight.Entry pending = inFlight.find(fiveTuple, message.transactionId());
        if (pending != null) {
            onDuplicate(pending, nowMs);
            return;
        }
        switch (authenticator.authenticate(message, nowMs)) {
            case Authentication.Rejected(StunError error, boolean challenge) -> {
                counters.increment(challenge ? TurnCounter.CHALLENGED : TurnCounter.REFUSED);
                responder.reject(origin, message, error, challenge, nowMs);
            }
            case Authentication.Accepted proof -> onAuthenticated(
                new Exchange(
                    origin,
                    fiveTuple,
                    message.transactionId(),
                    message.method(),
                    proof,
                    message.has(StunAttribute.FINGERPRINT)),
                nowMs);
        }
    }

    private FiveTuple fiveTuple(Origin origin) {
        return new FiveTuple(
            origin.client(), settings.serviceAddresses().get(origin.listener()), TransportProtocol.UDP);
    }

    /** RFC 8016 §3.2.2: tells the authority that its client has arrived. */
    private void onMoveData(FiveTuple fiveTuple) {
        routes.byFiveTuple(fiveTuple)
            .ifPresent(route -> allocations.tell(route.allocationId(), commands.moveData(route, fiveTuple)));
    }

    private static boolean isRequest(StunMessage message) {
        return message.messageClass() == StunClass.REQUEST
            && (!message.has(StunAttribute.FINGERPRINT) || message.fingerprintValid())
            && switch (message.method()) {
                case StunMethod.BINDING,
                    StunMethod.ALLOCATE,
                    StunMethod.REFRESH,
                    StunMethod.CREATE_PERMISSION,
                    StunMethod.CHANNEL_BIND -> true;
                default -> false;
            };
    }

    private void onDuplicate(InFlight.Entry pending, long nowMs) {
        counters.increment(TurnCounter.DUPLICATE);
        if (pending.isToBeToldAgain(nowMs, TELL_AGAIN_AFTER_MS)) {
            allocations.tell(pending.allocationId(), pending.command());
        }
    }

    private void onAuthenticated(Exchange exchange, long nowMs) {
        int[] unknown = message.unknownAttributes(understoodSet);
        if (unknown.length > 0) {
            counters.increment(TurnCounter.REFUSED);
            responder.refuseUnknown(exchange, unknown);
            return;
        }
        if (exchange.method() == StunMethod.BINDING) {
            counters.increment(TurnCounter.SUCCEEDED);
            responder.mapped(exchange);
            return;
        }
        if (revoked.isRevoked(exchange.proof().account(), nowMs)) {
            counters.increment(TurnCounter.REVOKED);
            responder.refuse(exchange, StunError.FORBIDDEN);
            return;
        }
        routes.arrived(exchange.fiveTuple(), exchange.origin().hop(), nowMs);
        Optional<Route> route = routes.byFiveTuple(exchange.fiveTuple()).filter(found -> found.isLive(nowMs));
        if (exchange.method() == StunMethod.ALLOCATE && route.isPresent()) {
            onAllocateAgain(exchange, route.get(), nowMs);
            return;
        }
        switch (TurnRequestDecoder.decode(message, understoodSet)) {
            case Decoded.Invalid invalid -> refuse(exchange, invalid.error());
            case Decoded.Valid(TurnRequest request) -> onValid(exchange, request, route, nowMs);
        }
    }

    /** RFC 8656 §7.2: the 5-tuple has an allocation already. */
    private void onAllocateAgain(Exchange exchange, Route route, long nowMs) {
        boolean repeated = AllocationRules.isRepeated(route, exchange.id(), nowMs)
            && route.username().equals(exchange.proof().account());
        if (repeated) {
            counters.increment(TurnCounter.REPEATED);
            responder.allocated(exchange, route);
        } else {
            refuse(exchange, StunError.ALLOCATION_MISMATCH);
        }
    }

    private void onValid(Exchange exchange, TurnRequest request, Optional<Route> route, long nowMs) {
        if (request instanceof AllocateRequest allocate) {
            onAllocate(exchange, allocate, nowMs);
        } else if (request instanceof RefreshRequest refresh && message.has(StunAttribute.MOBILITY_TICKET)) {
            onMove(exchange, refresh, route, nowMs);
        } else if (route.isPresent()) {
            tell(exchange, route.get().allocationId(), commands.of(exchange, request), nowMs);
        } else {
            Request command = commands.of(exchange, request);
            inquire(exchange, nowMs, answer -> onInquired(exchange, command, answer, nowMs));
        }
    }

    /**
     * RFC 8016 §3.2.2: the ticket, not the 5-tuple, says which allocation is meant.
     *
     * @param holder who has the 5-tuple that the request came from
     */
    private void onMove(Exchange exchange, RefreshRequest request, Optional<Route> holder, long nowMs) {
        if (!settings.mobility()) {
            refuse(exchange, StunError.MOBILITY_FORBIDDEN);
            return;
        }
        int at = message.find(StunAttribute.MOBILITY_TICKET);
        Optional<Ticket> ticket = tickets.open(message.buffer(), at, message.valueLength(at));
        if (ticket.isEmpty()) {
            refuse(exchange, StunError.BAD_REQUEST);
            return;
        }
        long allocationId = ticket.get().allocationId();
        Request move = commands.move(exchange, request, ticket.get().number());
        if (holder.isPresent() && holder.get().allocationId() != allocationId) {
            refuse(exchange, StunError.ALLOCATION_MISMATCH);
        } else if (isKnown(allocationId, nowMs)) {
            tell(exchange, allocationId, move, nowMs);
        } else {
            inquire(exchange, nowMs, answer -> onInquiredForMove(exchange, allocationId, move, answer, nowMs));
        }
    }

    private boolean isKnown(long allocationId, long nowMs) {
        return routes.byId(allocationId).filter(route -> route.isLive(nowMs)).isPresent();
    }

    /** Nothing is certain of the 5-tuple before all routes are here; then the ticket's would be among them. */
    private void onInquiredForMove(
        Exchange exchange, long allocationId, Request move, Inquiry answer, long askedMs) {
        if (isKnown(allocationId, askedMs)) {
            tell(exchange, allocationId, move, askedMs);
        } else if (answer instanceof Inquiry.Unknown) {
            counters.increment(TurnCounter.MISMATCHED);
            responder.refuse(exchange, StunError.ALLOCATION_MISMATCH);
        } else {
            counters.increment(TurnCounter.SILENT);
        }
    }

    private void onAllocate(Exchange exchange, AllocateRequest request, long nowMs) {
        if (request.mobile() && !settings.mobility()) {
            refuse(exchange, StunError.MOBILITY_FORBIDDEN);
            return;
        }
        if (inFlight.isAllocating(exchange.fiveTuple())) {
            counters.increment(TurnCounter.DUPLICATE);
            return;
        }
        String account = exchange.proof().account();
        int count = routes.countByUsername(account) + inFlight.countAllocating(account);
        boolean full = settings.userQuota() > 0 && count >= settings.userQuota();
        if (full || isCallFull(account)) {
            refuse(exchange, StunError.ALLOCATION_QUOTA_REACHED);
            return;
        }
        OptionalLong token = request.reservationToken();
        if (token.isPresent() && ReservationToken.shard(token.getAsLong()) >= Allocations.SHARDS) {
            refuse(exchange, StunError.INSUFFICIENT_CAPACITY);
            return;
        }
        OptionalLong id = token.isPresent()
            ? allocations.mintIn(ReservationToken.shard(token.getAsLong()))
            : allocations.mint();
        if (id.isEmpty()) {
            counters.increment(TurnCounter.NOT_READY);
            return;
        }
        tell(exchange, id.getAsLong(), commands.of(exchange, request), nowMs);
    }

    private boolean isCallFull(String account) {
        String mark = TurnUser.markIn(account);
        return settings.callQuota() > 0 && !mark.isEmpty()
            && routes.countByMark(mark) + inFlight.countAllocating(account) >= settings.callQuota();
    }

    /** CLIENTS rule 2: nobody is told 437 unless the whole cluster is certain. */
    private void inquire(Exchange exchange, long nowMs, Consumer<Inquiry> onAnswer) {
        if (inquiries.passes(exchange.fiveTuple(), nowMs)) {
            routes.inquire(exchange.fiveTuple(), onAnswer);
        } else {
            counters.increment(TurnCounter.SILENT);
        }
    }

    private void onInquired(Exchange exchange, Request command, Inquiry answer, long askedMs) {
        switch (answer) {
            case Inquiry.Known(Route route) ->
                tell(exchange, route.allocationId(), command, askedMs);
            case Inquiry.Unknown _ -> {
                counters.increment(TurnCounter.MISMATCHED);
                responder.refuse(exchange, StunError.ALLOCATION_MISMATCH);
            }
            case Inquiry.Unsure _ -> counters.increment(TurnCounter.SILENT);
        }
    }

    private void tell(Exchange exchange, long allocationId, Request command, long nowMs) {
        if (inFlight.isFull()) {
            counters.increment(TurnCounter.OVERLOADED);
            return;
        }
        inFlight.add(exchange, allocationId, command, nowMs);
        allocations.tell(allocationId, command);
    }

    /** An authority's word about a request that this node has told it. */
    public void onReply(AllocationReply reply, long nowMs) {
        InFlight.Entry entry = reply.requestId().incarnation() == settings.incarnation()
            ? inFlight.remove(reply.requestId())
            : null;
        if (entry == null) {
            return;
        }
        Exchange exchange = entry.exchange();
        switch (reply) {
            case Refused(RequestId _, StunError error) -> refuse(exchange, error);
            case Conflicted(RequestId _, Route existing) -> onAllocateAgain(exchange, existing, nowMs);
            case Missing _ -> counters.increment(TurnCounter.SILENT);
            case Allocated(RequestId _, Route route) -> {
                counters.increment(TurnCounter.SUCCEEDED);
                routes.arrived(exchange.fiveTuple(), exchange.origin().hop(), nowMs);
                responder.allocated(exchange, route);
            }
            case Refreshed refreshed -> {
                counters.increment(TurnCounter.SUCCEEDED);
                responder.refreshed(exchange, entry.allocationId(), refreshed);
            }
            case Bound _ -> {
                counters.increment(TurnCounter.SUCCEEDED);
                responder.bound(exchange);
            }
        }
    }

    private void refuse(Exchange exchange, StunError error) {
        counters.increment(TurnCounter.REFUSED);
        responder.refuse(exchange, error);
    }
}
