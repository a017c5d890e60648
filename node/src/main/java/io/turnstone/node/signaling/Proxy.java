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
 * <p>A request with a token of ours belongs to a dialog that was let through: it is not authenticated again. Any other one
 * is, and one that says it is from our domain has to be from the user who knows the password. Nothing is kept of a request
 * before that.
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
    private final BranchText branchText = new BranchText();
    private final Via via = new Via();

    /** The side of a dialog that its first request comes from. */
    record Caller(int tag, Side side) {}

    Proxy(
        LocalNames names, Admission admission, Locations locations, EngineParts parts, Router router,
        Branches branches) {
        this.names = names;
        this.admission = admission;
        this.locations = locations;
        this.parts = parts;
        this.requests = parts.requests();
        this.router = router;
        this.branches = branches;
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
        if (side == null && !isAuthentic(arrival, request, name, judgement, nowMs)) {
            return;
        }
        boolean secure = judgement.requestUri().scheme() == SipUri.Scheme.SIPS;
        String identity = side == null && !isPrivate(request) ? names.userUri(admission.account()) : "";
        OutgoingRequest.Way way = new OutgoingRequest.Way(arrival, routes.popped(), routes.isStrict(), loop, 0, secure,
            identity);
        boolean first = side == null && !judgement.to().hasTag() && makesDialog(request.method());
        Caller caller = first ? caller(arrival.flow(), judgement, nowMs) : null;
        Branches.Plan plan = new Branches.Plan(way, caller, breadth(request));
        ServerTransaction transaction = requests.open(arrival, request, name, nowMs);
        Forking forking = new Forking(transaction, requests, branches, plan);
        transaction.user(forking);
        find(forking, side, judgement, plan.breadth(), nowMs);
    }

    private void find(Forking forking, @Nullable Side side, Judgement judgement, int breadth, long nowMs) {
        if (side instanceof Unregistered(FlowName flow)) {
            forking.start(single(Target.ofDialog(flow)), nowMs);
            return;
        }
        Search search = router.search(side, judgement);
        locations.lookUp(search.query(), (found, atMs) -> start(forking, search, found, breadth, atMs));
    }

    private void start(Forking forking, Search search, List<Binding> found, int breadth, long nowMs) {
        List<Binding> selected = search.select(found, parts.gruus());
        if (selected.isEmpty()) {
            forking.fail(search.noneStatus(), nowMs);
        } else if (search.isDialog()) {
            boolean byGruu = search.kind() == Search.Kind.DIALOG_BY_GRUU;
            forking.start(single(Target.ofDialog(selected.getFirst(), byGruu)), nowMs);
        } else {
            forking.start(TargetGroups.of(selected, breadth), nowMs);
        }
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

    private Caller caller(FlowName flow, Judgement judgement, long nowMs) {
        int tag = router.tagOf(judgement.from());
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
