package io.turnstone.node.allocation;

import io.turnstone.node.allocation.AllocationCommand.Allocate;
import io.turnstone.node.allocation.AllocationCommand.Conflict;
import io.turnstone.node.allocation.AllocationCommand.Gone;
import io.turnstone.node.allocation.AllocationCommand.Recovered;
import io.turnstone.node.allocation.AllocationCommand.RelayAnswered;
import io.turnstone.node.allocation.AllocationCommand.Replicated;
import io.turnstone.node.allocation.AllocationCommand.Request;
import io.turnstone.node.allocation.AllocationCommand.RouteMerged;
import io.turnstone.node.allocation.AllocationCommand.Wake;
import io.turnstone.node.allocation.AllocationCommand.Withdrawn;
import io.turnstone.node.allocation.AllocationReply.Allocated;
import io.turnstone.node.allocation.AllocationReply.Conflicted;
import io.turnstone.node.allocation.AllocationReply.Missing;
import io.turnstone.node.allocation.AllocationReply.Refreshed;
import io.turnstone.node.allocation.AllocationReply.Refused;
import io.turnstone.node.replication.Version;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.stun.StunError;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One TURN allocation (RFC 8656 §3.2) as a pure state machine: commands and the time go in, effects come out. One thread.
 *
 * <pre>
 * RECOVERING   a request           -> RECOVERING   waits
 *              Recovered(route)    -> ACTIVE       taken over with the next term, announced; the waiting are served
 *              Recovered(none)     -> VACANT       the waiting are served
 * VACANT       Allocate            -> OPENING      relayed addresses are asked for
 *              Wake                -> ENDED        nobody came
 * OPENING      RelayAnswered       -> ANNOUNCING   route written and announced
 *              RelayAnswered(none) -> ENDED        440 or 508
 *              Wake                -> ENDED        no answer in time
 * ANNOUNCING   Replicated          -> ACTIVE       Allocate answered
 *              Conflict            -> ENDED        addresses released, answered with the existing route
 * ACTIVE       a change            -> ACTIVE       announced; answered when Replicated
 *              a move              -> MOVING       announced
 *              Refresh(0)          -> WITHDRAWING  answered when Withdrawn
 *              RouteMerged         -> ACTIVE       read again, merged with its own, announced if that is new
 *              Conflict            -> ACTIVE       the same: another authority has given the 5-tuple up
 *              Wake, any request   -> ENDED        when the lifetime has run out
 *              Gone                -> ENDED
 * MOVING       a request           -> MOVING       waits, since it would carry along what may have to be undone
 *              Replicated          -> ACTIVE       answered; read again, as after RouteMerged; the waiting are served
 *              Conflict            -> ACTIVE       437, since the new 5-tuple has an allocation; undone; the rest likewise
 *              Wake, Gone          -> ENDED        as when ACTIVE
 * WITHDRAWING  Withdrawn           -> ENDED        Refresh(0) answered
 * ENDED        RelayAnswered       -> ENDED        addresses released
 * any          another request     -> the same     answered Missing
 * </pre>
 *
 * A route that is not refreshed is forgotten by every node by itself, so expiry withdraws nothing.
 */
public final class Allocation {
    /** How long an id may stay without a route, and how long the outside world may take. */
    static final long PATIENCE_MS = 30_000;

    private static final List<AllocationEffect> NOTHING = List.of();
    private static final int WAITING_MAX = 64;

    private enum State {
        RECOVERING,
        VACANT,
        OPENING,
        ANNOUNCING,
        ACTIVE,
        MOVING,
        WITHDRAWING,
        ENDED
    }

    private final long allocationId;
    private final long incarnation;
    private final AllocationRules rules;
    private final List<Request> waiting = new ArrayList<>();
    private final List<Unconfirmed> unconfirmed = new ArrayList<>();
    private State state = State.RECOVERING;
    private @Nullable Allocate opening;
    private @Nullable Route route;
    /** The route before a move that the new 5-tuple's referee has not agreed to yet. */
    private @Nullable Route stayed;

    /** A reply that is given once the announced version is replicated. */
    private record Unconfirmed(Version version, AllocationReply reply) {}

    /** @param incarnation of the node this runs on */
    public Allocation(long allocationId, long incarnation, AllocationLimits limits, PeerPolicy peerPolicy) {
        this.allocationId = allocationId;
        this.incarnation = incarnation;
        this.rules = new AllocationRules(limits, peerPolicy);
    }

    /** What is to be done before the first command. */
    public List<AllocationEffect> start(long nowMs) {
        return List.of(new AllocationEffect.Recover(), new AllocationEffect.WakeAt(nowMs + PATIENCE_MS));
    }

    /** @param nowMs epoch milliseconds */
    public List<AllocationEffect> handle(AllocationCommand command, long nowMs) {
        return switch (state) {
            case RECOVERING -> whileRecovering(command, nowMs);
            case VACANT -> whileVacant(command, nowMs);
            case OPENING -> whileOpening(command, nowMs);
            case ANNOUNCING -> whileAnnouncing(command, nowMs);
            case ACTIVE -> whileActive(command, nowMs);
            case MOVING -> whileMoving(command, nowMs);
            case WITHDRAWING -> whileWithdrawing(command);
            case ENDED -> whileEnded(command);
        };
    }

    private List<AllocationEffect> whileRecovering(AllocationCommand command, long nowMs) {
        return switch (command) {
            case Request request when waiting.size() < WAITING_MAX -> {
                waiting.add(request);
                yield NOTHING;
            }
            case Recovered(Optional<Route> found) -> recovered(found.orElse(null), nowMs);
            case Wake _ -> end();
            default -> whileEnded(command);
        };
    }

    private List<AllocationEffect> recovered(@Nullable Route found, long nowMs) {
        if (found != null && !found.isLive(nowMs)) {
            return end();
        }
        List<AllocationEffect> effects = new ArrayList<>();
        if (found == null) {
            state = State.VACANT;
            effects.add(new AllocationEffect.WakeAt(nowMs + PATIENCE_MS));
        } else {
            state = State.ACTIVE;
            effects.addAll(announce(found.takenBy(incarnation, nowMs), incarnation));
        }
        effects.addAll(serveWaiting(nowMs));
        return effects;
    }

    private List<AllocationEffect> serveWaiting(long nowMs) {
        List<Request> served = List.copyOf(waiting);
        waiting.clear();
        List<AllocationEffect> effects = new ArrayList<>();
        served.forEach(request -> effects.addAll(handle(request, nowMs)));
        return effects;
    }

    private List<AllocationEffect> whileVacant(AllocationCommand command, long nowMs) {
        return switch (command) {
            case Allocate request -> {
                state = State.OPENING;
                opening = request;
                yield List.of(
                    new AllocationEffect.OpenRelay(request.relay()), new AllocationEffect.WakeAt(nowMs + PATIENCE_MS));
            }
            case Wake _ -> end();
            default -> whileEnded(command);
        };
    }

    private List<AllocationEffect> whileOpening(AllocationCommand command, long nowMs) {
        Allocate request = Objects.requireNonNull(opening);
        return switch (command) {
            case RelayAnswered(RelayPorts.Opened relay) -> {
                state = State.ANNOUNCING;
                Route created = rules.create(allocationId, incarnation, request, relay, nowMs);
                unconfirmed.add(new Unconfirmed(created.version(), new Allocated(request.requestId(), created)));
                yield announce(created, request.requestId().incarnation());
            }
            case RelayAnswered(RelayPorts.Refused(StunError error)) ->
                endWith(new AllocationEffect.Respond(new Refused(request.requestId(), error)));
            case Allocate again when again.equals(request) -> NOTHING;
            case Wake _ -> endWith(missing(request.requestId()));
            default -> whileEnded(command);
        };
    }

    private List<AllocationEffect> whileAnnouncing(AllocationCommand command, long nowMs) {
        Allocate request = Objects.requireNonNull(opening);
        Route announced = Objects.requireNonNull(route);
        AllocationEffect release = new AllocationEffect.ReleaseRelay(announced.relayedAddresses());
        return switch (command) {
            case Replicated(Version version) -> {
                state = State.ACTIVE;
                yield confirm(version);
            }
            case Conflict(Route existing) -> {
                unconfirmed.clear();
                yield endWith(release, new AllocationEffect.Respond(new Conflicted(request.requestId(), existing)));
            }
            case Gone _ -> endWith(release);
            case Allocate again when again.equals(request) -> NOTHING;
            case Wake _ -> wake(announced, nowMs);
            default -> whileEnded(command);
        };
    }

    private List<AllocationEffect> whileActive(AllocationCommand command, long nowMs) {
        Route current = Objects.requireNonNull(route);
        return switch (command) {
            case Gone _ -> end();
            case Wake _ -> wake(current, nowMs);
            case Request request when !current.isLive(nowMs) -> endWith(missing(request.requestId()));
            case Request request -> serve(current, request, nowMs);
            case Replicated(Version version) -> confirm(version);
            case RouteMerged _,Conflict _ -> List.of(new AllocationEffect.Recover());
            case Recovered(Optional<Route> found) -> found.isPresent() ? adopt(current, found.get(), nowMs) : end();
            case RelayAnswered _,Withdrawn _ -> whileEnded(command);
        };
    }

    private List<AllocationEffect> serve(Route current, Request request, long nowMs) {
        if (request instanceof Allocate allocate
            && AllocationRules.isRepeated(current, allocate.transaction().id(), nowMs)) {
            return List.of(new AllocationEffect.Respond(new Allocated(allocate.requestId(), current)));
        }
        return switch (rules.rule(current, request, nowMs)) {
            case AllocationRules.Refusal(StunError error) ->
                List.of(new AllocationEffect.Respond(new Refused(request.requestId(), error)));
            case AllocationRules.Delete _ -> {
                unconfirmed.add(
                    new Unconfirmed(
                        current.version(),
                        new Refreshed(request.requestId(), 0, AllocationRules.NO_TICKET)));
                yield withdraw(current, request.requestId().incarnation());
            }
            case AllocationRules.Change change -> {
                if (!change.route().fiveTuple().equals(current.fiveTuple())) {
                    state = State.MOVING;
                    stayed = current;
                }
                unconfirmed.add(new Unconfirmed(change.route().version(), change.reply()));
                List<AllocationEffect> effects = new ArrayList<>(
                    announce(change.route(), request.requestId().incarnation()));
                if (!change.released().isEmpty()) {
                    effects.add(new AllocationEffect.ReleaseRelay(change.released()));
                }
                yield effects;
            }
        };
    }

    private List<AllocationEffect> whileMoving(AllocationCommand command, long nowMs) {
        Route moved = Objects.requireNonNull(route);
        return switch (command) {
            case Request request when waiting.size() < WAITING_MAX -> {
                waiting.add(request);
                yield NOTHING;
            }
            case Replicated(Version version) when version.equals(moved.version()) -> settle(confirm(version), nowMs);
            case Replicated(Version version) -> confirm(version);
            case Conflict _ -> settle(undo(moved, nowMs), nowMs);
            case Gone _ -> end();
            case Wake _ -> wake(moved, nowMs);
            default -> whileEnded(command);
        };
    }

    /** The version is spent: a referee that is one no more may have taken it. */
    private List<AllocationEffect> undo(Route moved, long nowMs) {
        List<AllocationEffect> effects = new ArrayList<>();
        unconfirmed.stream()
            .filter(it -> it.version().equals(moved.version()))
            .map(it -> new Refused(it.reply().requestId(), StunError.ALLOCATION_MISMATCH))
            .forEach(refused -> effects.add(new AllocationEffect.Respond(refused)));
        unconfirmed.removeIf(it -> it.version().equals(moved.version()));
        effects.addAll(announce(moved.next(nowMs).placedLike(Objects.requireNonNull(stayed)), incarnation));
        return effects;
    }

    private List<AllocationEffect> settle(List<AllocationEffect> decided, long nowMs) {
        state = State.ACTIVE;
        stayed = null;
        List<AllocationEffect> effects = new ArrayList<>(decided);
        effects.add(new AllocationEffect.Recover());
        effects.addAll(serveWaiting(nowMs));
        return effects;
    }

    /** Goes on from what two authorities wrote, unless that says nothing new: then the two may stand side by side. */
    private List<AllocationEffect> adopt(Route current, Route found, long nowMs) {
        Route merged = current.merge(found);
        boolean ours = merged.version().equals(current.version());
        Route next = ours ? merged.next(nowMs) : merged.takenBy(incarnation, nowMs);
        return ours && next.saysLike(current.next(nowMs)) ? NOTHING : announce(next, incarnation);
    }

    private List<AllocationEffect> whileWithdrawing(AllocationCommand command) {
        return switch (command) {
            case Withdrawn _ -> endWith(confirmAll().toArray(AllocationEffect[]::new));
            case Wake _,Gone _ -> end();
            default -> whileEnded(command);
        };
    }

    /** What no state has a better use for: a request finds nothing here, a port opened in vain is closed again. */
    private static List<AllocationEffect> whileEnded(AllocationCommand command) {
        return switch (command) {
            case Request request -> List.of(missing(request.requestId()));
            case RelayAnswered(RelayPorts.Opened relay) ->
                List.of(new AllocationEffect.ReleaseRelay(relay.relayedAddresses()));
            default -> NOTHING;
        };
    }

    private List<AllocationEffect> announce(Route next, long asker) {
        route = next;
        return List.of(new AllocationEffect.Announce(next, asker), new AllocationEffect.WakeAt(next.expiryMs()));
    }

    private List<AllocationEffect> withdraw(Route current, long asker) {
        state = State.WITHDRAWING;
        return List.of(new AllocationEffect.Withdraw(current.version(), asker));
    }

    private List<AllocationEffect> wake(Route current, long nowMs) {
        return current.isLive(nowMs) ? List.of(new AllocationEffect.WakeAt(current.expiryMs())) : end();
    }

    private List<AllocationEffect> confirm(Version version) {
        List<AllocationEffect> replies = new ArrayList<>();
        for (Iterator<Unconfirmed> each = unconfirmed.iterator(); each.hasNext();) {
            Unconfirmed it = each.next();
            if (it.version().compareTo(version) <= 0) {
                replies.add(new AllocationEffect.Respond(it.reply()));
                each.remove();
            }
        }
        return replies;
    }

    private List<AllocationEffect> confirmAll() {
        List<AllocationEffect> replies = unconfirmed.stream()
            .<AllocationEffect>map(it -> new AllocationEffect.Respond(it.reply()))
            .toList();
        unconfirmed.clear();
        return replies;
    }

    private List<AllocationEffect> dismissUnconfirmed() {
        List<AllocationEffect> replies = unconfirmed.stream().map(it -> missing(it.reply().requestId())).toList();
        unconfirmed.clear();
        return replies;
    }

    private List<AllocationEffect> end() {
        return endWith();
    }

    /** The one way out: whoever still waits finds nothing here. */
    private List<AllocationEffect> endWith(AllocationEffect... last) {
        state = State.ENDED;
        List<AllocationEffect> effects = new ArrayList<>(List.of(last));
        effects.addAll(dismissUnconfirmed());
        waiting.forEach(request -> effects.add(missing(request.requestId())));
        waiting.clear();
        effects.add(new AllocationEffect.Stop());
        return effects;
    }

    private static AllocationEffect missing(RequestId requestId) {
        return new AllocationEffect.Respond(new Missing(requestId));
    }
}
