package io.turnstone.node.signaling;

import io.turnstone.node.signaling.DialogTokens.Side;
import io.turnstone.node.signaling.DialogTokens.Unregistered;
import io.turnstone.protocol.sip.Judgement;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipMethod;
import io.turnstone.protocol.sip.SipUri;
import io.turnstone.protocol.sip.Via;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's part until a request is sent on (RFC 3261 §16.3 to §16.5): loops, who sends it, where it goes. One thread.
 *
 * <p>A request with a token of ours belongs to a dialog that was let through: it is not authenticated again; nor is what
 * comes from the upstream, which reaches our users only. Any other one is, and one that says it is from our domain has to be
 * from the user who knows the password. Nothing is kept of a request before that.
 */
final class Proxy {
    private static final int MAX_BREADTH_DEFAULT = 60;
    private static final int ACCEPTED = 0;

    private final LocalNames names;
    private final Admission admission;
    private final Locations locations;
    private final EngineParts parts;
    private final Requests requests;
    private final Router router;
    private final Branches branches;
    private final Outward outward;
    private final BranchText branchText = new BranchText();
    private final Via via = new Via();

    /** What is done with a request for somebody who is not registered. */
    @FunctionalInterface
    private interface Otherwise {
        void send(Forking forking, long nowMs);
    }

    /** The side of a dialog that its first request comes from. */
    record Caller(int tag, Side side) {}

    Proxy(
        LocalNames names, Admission admission, Locations locations, EngineParts parts, Router router,
        Branches branches, Outward outward) {
        this.names = names;
        this.admission = admission;
        this.locations = locations;
        this.parts = parts;
        this.requests = parts.requests();
        this.router = router;
        this.branches = branches;
        this.outward = outward;
    }

    /** @param judgement of the request, which it has accepted */
    void onRequest(Arrival arrival, SipMessage request, RequestName name, Judgement judgement, long nowMs) {
        int loop = parts.names().ofRouting(request);
        router.route(request, judgement, arrival.flow().transport());
        RouteReader routes = router.routes();
        int refusal = refusal(request, judgement, loop);
        if (refusal != ACCEPTED) {
            admission.refuse(arrival, request, name, refusal);
            return;
        }
        Side side = router.dialogSide(judgement);
        boolean fromTrunk = side == null && router.trunk().isFrom(arrival);
        if (side == null && !fromTrunk && !isAuthentic(arrival, request, name, judgement, nowMs)) {
            return;
        }
        // what comes from the upstream never goes back there
        Otherwise otherwise = side == null && !fromTrunk ? otherwise(judgement.requestUri(), request.length()) : null;
        boolean secure = judgement.requestUri().scheme() == SipUri.Scheme.SIPS;
        String identity = side == null && !fromTrunk && !isPrivate(request) ? names.userUri(admission.account()) : "";
        OutgoingRequest.Way way = new OutgoingRequest.Way(arrival, routes.popped(), routes.isStrict(), loop, 0, secure,
            identity);
        boolean first = side == null && !judgement.to().hasTag() && makesDialog(request.method());
        String user = first && !fromTrunk && request.method() == SipMethod.INVITE
            ? names.ofUser(admission.account())
            : "";
        if (!user.isEmpty() && parts.calls().isFull(user)) {
            admission.refuse(arrival, request, name, Responses.FORBIDDEN);
            return;
        }
        Caller caller = first ? caller(arrival, judgement, fromTrunk, nowMs) : null;
        PushNotification.Reason waitsFor = side == null ? waitsFor(request.method()) : null;
        Branches.Plan plan = new Branches.Plan(way, caller, breadth(request), waitsFor);
        ServerTransaction transaction = requests.open(arrival, request, name, nowMs);
        Forking forking = new Forking(transaction, requests, branches, plan);
        transaction.user(forking);
        forking.watchedBy(parts.calls().watch(request, judgement, names, user, nowMs));
        find(forking, side, judgement, otherwise, nowMs);
    }

    /** The way out of the cluster for a request with that URI; null if there is none. */
    private @Nullable Otherwise otherwise(SipUri uri, int length) {
        if (router.trunk().serves(uri)) {
            Deque<List<Target>> targets = router.trunk().targets(uri, length);
            return (forking, nowMs) -> forking.start(targets, nowMs);
        }
        ServerLocator.Server server = outward.server(uri);
        return server == null ? null : (forking, nowMs) -> outward.send(forking, server, length, nowMs);
    }

    private void find(
        Forking forking, @Nullable Side side, Judgement judgement, @Nullable Otherwise otherwise, long nowMs) {
        Target direct = router.direct(side);
        if (direct != null) {
            forking.start(single(direct), nowMs);
            return;
        }
        Search search = router.search(side, judgement);
        locations.find(search.query(), (found, atMs) -> start(forking, search, found, otherwise, atMs));
    }

    private void start(
        Forking forking, Search search, Locations.Found found, @Nullable Otherwise otherwise, long nowMs) {
        List<Binding> selected = search.select(found.reached(), parts.gruus());
        List<Binding> away = search.select(found.away(), parts.gruus());
        if (search.query() instanceof LocationQuery.OfBinding(BindingId side) && search.isDialog()) {
            wake(side, away);
            startInDialog(forking, search, side, selected, nowMs);
        } else if (!selected.isEmpty() || (forking.isPatient() && !away.isEmpty())) {
            forking.start(TargetGroups.of(selected, forking.breadth()), away, nowMs);
        } else if (otherwise != null) {
            otherwise.send(forking, nowMs);
        } else {
            forking.fail(search.noneStatus(), nowMs);
        }
    }

    /** A side of a dialog that is woken registers again (RFC 8599 §6); what another request has done once is enough. */
    private void wake(BindingId side, List<Binding> away) {
        if (!parts.held().isAwaited(side)) {
            away.forEach(binding -> parts.absentees()
                .wake(binding, PushNotification.Reason.REQUEST));
        }
    }

    /**
     * Why a callee who is away is woken or waited for; null if not. The other requests ask who is there now, or belong to
     * something that is over.
     */
    private static PushNotification.@Nullable Reason waitsFor(SipMethod method) {
        return switch (method) {
            case INVITE -> PushNotification.Reason.CALL;
            case MESSAGE -> PushNotification.Reason.MESSAGE;
            case REFER, SUBSCRIBE -> PushNotification.Reason.REQUEST;
            case ACK, BYE, CANCEL, INFO, NOTIFY, OPTIONS, OTHER, PRACK, PUBLISH, REGISTER, UPDATE -> null;
        };
    }

    /** A side that is not registered now, or whose flow is gone, is waited for: it may be about to come back. */
    private void startInDialog(Forking forking, Search search, BindingId side, List<Binding> found, long nowMs) {
        boolean byGruu = search.kind() == Search.Kind.DIALOG_BY_GRUU;
        Forking.Absence absence = (gone, _) -> startAgain(forking, search, side, gone);
        if (!found.isEmpty() && forking.startWith(Target.ofDialog(found.getFirst(), byGruu), absence, nowMs)) {
            return;
        }
        HeldRequests.Outcome outcome = new HeldRequests.Outcome() {
            @Override
            public void onRegistered(Binding binding, long atMs) {
                startInDialog(forking, search, side, List.of(binding), atMs);
            }

            @Override
            public void onAbsent(long atMs) {
                forking.fail(search.noneStatus(), atMs);
            }
        };
        if (parts.held().hold(side, outcome, nowMs + parts.transactions().holdMs())) {
            parts.counters().add(SipCounter.HELD);
        } else {
            forking.fail(search.noneStatus(), nowMs);
        }
    }

    /** Another node has lost the flow and may not have said so yet: the side is known by another flow, or waited for. */
    private void startAgain(Forking forking, Search search, BindingId side, FlowName gone) {
        locations.find(search.query(), (found, atMs) -> {
            wake(side, found.away());
            List<Binding> moved = found.reached().stream().filter(binding -> !binding.flow().equals(gone)).toList();
            startInDialog(forking, search, side, moved, atMs);
        });
    }

    private static Deque<List<Target>> single(Target target) {
        return new ArrayDeque<>(List.of(List.of(target)));
    }

    /** The status of what keeps the request from going on, whoever sends it. */
    private int refusal(SipMessage request, Judgement judgement, int loop) {
        RouteReader routes = router.routes();
        if (!judgement.via().isOnly(request) && isLoop(request, loop)) {
            return Responses.LOOP_DETECTED;
        }
        if (routes.isForged() && judgement.to().hasTag()) {
            return Responses.NO_SUCH_CALL_OR_TRANSACTION;
        }
        if (routes.token() == null && routes.isForeign()) {
            return Responses.NOT_FOUND;
        }
        if (breadth(request) == 0) {
            return Responses.MAX_BREADTH_EXCEEDED;
        }
        return OutgoingRequest.isReasonable(request, routes.popped()) ? ACCEPTED : Responses.BAD_REQUEST;
    }

    /** Whether one of the Vias is ours and was written when the request had the same way to go (RFC 5393 §4.2). */
    private boolean isLoop(SipMessage request, int loop) {
        for (boolean has = via.first(request); has; has = via.next()) {
            if (branchText.read(via) && branchText.loop() == loop) {
                return true;
            }
        }
        return false;
    }

    /** RFC 3261 §22.3; answers if not. */
    private boolean isAuthentic(
        Arrival arrival, SipMessage request, RequestName name, Judgement judgement, long nowMs) {
        if (!admission.isProxyUser(arrival, request, name, nowMs)) {
            return false;
        }
        boolean itself = judgement.from().decodeUri()
            && (!names.isOurs(judgement.from().uri())
                || judgement.from().uri().user().equals(admission.account()));
        if (!itself) {
            admission.refuse(arrival, request, name, Responses.FORBIDDEN);
        }
        return itself;
    }

    /** Requests that may make a dialog, as far as anybody knows. */
    private static boolean makesDialog(SipMethod method) {
        return switch (method) {
            case INVITE, SUBSCRIBE, REFER, NOTIFY, OTHER -> true;
            case ACK, BYE, CANCEL, OPTIONS, REGISTER, PRACK, PUBLISH, INFO, MESSAGE, UPDATE -> false;
        };
    }

    private Caller caller(Arrival arrival, Judgement judgement, boolean fromTrunk, long nowMs) {
        int tag = router.tagOf(judgement.from());
        if (fromTrunk) {
            return new Caller(tag, router.trunk().side(arrival));
        }
        FlowName flow = arrival.flow();
        Binding binding = null;
        if (judgement.from().decodeUri() && names.isOurs(judgement.from().uri())) {
            String addressOfRecord = names.addressOfRecord(judgement.from().uri());
            binding = parts.flowBindings().find(flow, addressOfRecord, nowMs);
        }
        Side side = binding == null ? new Unregistered(flow) : new DialogTokens.Registered(binding.id());
        return new Caller(tag, side);
    }

    /** Whether the caller's identity is not to be told (RFC 3325 §7, RFC 3323 §4.2). */
    private static boolean isPrivate(SipMessage request) {
        int row = request.first(SipHeader.PRIVACY);
        return row != SipMessage.NOT_FOUND
            && (';' + request.value(row).replace(" ", "").toLowerCase(Locale.ROOT) + ';').contains(";id;");
    }

    /** RFC 5393 §5.3.3.1: without the header field it is 60. */
    private static int breadth(SipMessage request) {
        int row = request.find("max-breadth", 0);
        if (row == SipMessage.NOT_FOUND) {
            return MAX_BREADTH_DEFAULT;
        }
        String value = request.value(row);
        boolean number = !value.isEmpty() && value.length() <= 2 && value.chars().allMatch(Character::isDigit);
        return number ? Math.min(Integer.parseInt(value), MAX_BREADTH_DEFAULT) : MAX_BREADTH_DEFAULT;
    }
}
