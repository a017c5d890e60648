package io.turnstone.node.signaling;

import io.turnstone.node.signaling.DialogTokens.Side;
import io.turnstone.protocol.sip.Judgement;
import io.turnstone.protocol.sip.SipFraming;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipMethod;
import io.turnstone.protocol.sip.SipParser;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends on, without remembering anything, what has no transaction here: the ACK to a 2xx, and an ACK or CANCEL whose INVITE
 * another node has sent on (RFC 3261 §16.10, §16.11). One thread. The branch is the one that the other node chose.
 */
final class Strays {
    private final Locations locations;
    private final EngineParts parts;
    private final Flows flows;
    private final Router router;
    private final Branches branches;
    private final SipParser stored;

    /** The request, of which a copy was made, and what it needs to be sent on. */
    private record Stray(UnsafeBuffer request, RequestName name, OutgoingRequest.Way way) {}

    Strays(
        Locations locations, EngineParts parts, Flows flows, Router router, Branches branches, SipLimits limits) {
        this.locations = locations;
        this.parts = parts;
        this.flows = flows;
        this.router = router;
        this.branches = branches;
        this.stored = new SipParser(limits);
    }

    /** @param name of the INVITE that it belongs to */
    void onRequest(SipMessage request, Judgement judgement, Arrival arrival, RequestName name) {
        int loop = parts.names().ofRouting(request);
        router.route(request, judgement, arrival.flow().transport());
        RouteReader routes = router.routes();
        if (!OutgoingRequest.isReasonable(request, routes.popped())) {
            parts.counters().add(SipCounter.STRAY_REQUEST);
            return;
        }
        Side side = router.dialogSide(judgement);
        OutgoingRequest.Way way = new OutgoingRequest.Way(arrival, routes.popped(), routes.isStrict(), loop, 0, false,
            "");
        Target direct = router.direct(side);
        if (direct != null) {
            branches.sendOnly(request, name, way, direct);
            answerCancel(request, arrival, name, Responses.OK);
            return;
        }
        byte[] octets = new byte[request.length()];
        request.buffer().getBytes(0, octets);
        Stray stray = new Stray(new UnsafeBuffer(octets), name, way);
        Search search = router.search(side, judgement);
        locations.lookUp(search.query(), (found, _) -> onFound(stray, search, found));
    }

    private void onFound(Stray stray, Search search, List<Binding> found) {
        stored.parse(stray.request(), 0, stray.request().capacity(), SipFraming.DATAGRAM);
        SipMessage request = stored.message();
        List<Binding> selected = search.select(found, parts.gruus());
        for (Binding binding : selected) {
            Target target = search.isDialog()
                ? Target.ofDialog(binding, search.kind() == Search.Kind.DIALOG_BY_GRUU)
                : Target.of(binding);
            branches.sendOnly(request, stray.name(), stray.way(), target);
        }
        if (selected.isEmpty()) {
            parts.counters().add(SipCounter.STRAY_REQUEST);
        }
        int status = selected.isEmpty() ? Responses.NO_SUCH_CALL_OR_TRANSACTION : Responses.OK;
        answerCancel(request, stray.way().arrival(), stray.name(), status);
    }

    /** A CANCEL is answered by each hop (§9.2); an ACK never. */
    private void answerCancel(SipMessage request, Arrival arrival, RequestName name, int status) {
        if (request.method() == SipMethod.CANCEL) {
            int length = parts.responses().begin(request, arrival, status, name.low()).end();
            flows.send(arrival.flow(), parts.responses().buffer(), 0, length);
        }
    }
}
