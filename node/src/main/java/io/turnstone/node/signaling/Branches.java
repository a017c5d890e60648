package io.turnstone.node.signaling;

import io.turnstone.node.signaling.DialogTokens.Token;
import io.turnstone.protocol.sip.SipFraming;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipParser;
import io.turnstone.protocol.sip.SipPatch;
import io.turnstone.protocol.sip.SipText;
import io.turnstone.protocol.sip.SipTransport;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;

/** Sends requests to targets, and responses back (RFC 3261 §16.6, §16.7). One thread. */
final class Branches {
    private final EngineParts parts;
    private final Flows flows;
    private final OutgoingRequest outgoing;
    private final Trunk trunk;
    private final SipPatch patch = new SipPatch();
    private final SipParser stored;
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();

    /**
     * How a request is sent on.
     *
     * @param caller who makes a dialog; null if none can come of it, or there is one
     * @param breadth how many targets may be rung at once
     * @param waitsFor why somebody may be woken or waited for who is away; null if nobody is
     */
    record Plan(OutgoingRequest.Way way, Proxy.@Nullable Caller caller, int breadth,
        PushNotification.@Nullable Reason waitsFor) {}

    Branches(EngineParts parts, Flows flows, OutgoingRequest outgoing, Trunk trunk, SipLimits limits) {
        this.parts = parts;
        this.flows = flows;
        this.outgoing = outgoing;
        this.trunk = trunk;
        this.stored = new SipParser(limits);
    }

    /**
     * Sends a request on and waits for its responses.
     *
     * @return null if the target's flow is gone
     */
    @Nullable
    ClientTransaction send(ServerTransaction transaction, Plan plan, Target wanted, TransactionUser user, long nowMs) {
        Target target = reached(wanted);
        if (target == null) {
            parts.counters().add(SipCounter.UNSENT);
            return null;
        }
        RequestName name = parts.names().ofBranch(transaction.high(), transaction.low(), target.id());
        SipMessage request = parts.requests().of(transaction);
        Proxy.Caller caller = plan.caller();
        Token token = caller == null ? null : new Token(caller.tag(), caller.side(), trunk.side(target));
        int length = outgoing.write(request, plan.way(), target, name, token);
        ClientTransaction sent = parts.transactions()
            .send(new Branch(name, request.method(), target), user, outgoing.buffer(), length, nowMs);
        parts.counters().add(sent == null ? SipCounter.UNSENT : SipCounter.SENT_ON);
        return sent;
    }

    /** Sends a request on for which no response is waited: an ACK, or a CANCEL of what another node has sent. */
    void sendOnly(SipMessage request, RequestName name, OutgoingRequest.Way way, Target wanted) {
        Target target = reached(wanted);
        if (target == null) {
            parts.counters().add(SipCounter.UNSENT);
            return;
        }
        RequestName branch = parts.names().ofBranch(name.high(), name.low(), target.id());
        int length = outgoing.write(request, way, target, branch, null);
        boolean sent = flows.send(target.flow(), outgoing.buffer(), 0, length);
        parts.counters().add(sent ? SipCounter.SENT_ON : SipCounter.UNSENT);
    }

    /** The target with a flow that is open or being opened; null if there is none. */
    @Nullable
    Target reached(Target target) {
        Hop hop = target.hop();
        if (hop == null) {
            return target;
        }
        FlowName flow = flows.open(hop);
        return flow == null ? null : target.over(flow);
    }

    /** The value of Via for a request that begins here; valid until the next request is written. */
    SipText via(Target target, RequestName branch) {
        return outgoing.via(target.flow().transport(), branch, 0);
    }

    /** A target of the upstream had no answer, or could not be sent to. */
    void unreachable(Target target) {
        if (target.hop() != null) {
            trunk.onUnreachable(target.id());
        }
    }

    Absentees absentees() {
        return parts.absentees();
    }
    RingingBranches ringing() {
        return parts.ringing();
    }

    void cancel(ClientTransaction branch, long nowMs) {
        parts.transactions().cancel(branch, nowMs);
    }

    /** Sends a response back as it came but for our Via. */
    void sendBack(ServerTransaction transaction, SipMessage response, long nowMs) {
        patch.begin(response);
        finish(transaction, response, nowMs);
    }

    /** Sends the best response back, with the challenges of all (RFC 3261 §16.7 step 7). */
    void sendBack(ServerTransaction transaction, BestResponse best, long nowMs) {
        DirectBuffer message = best.message();
        stored.parse(message, 0, message.capacity(), SipFraming.DATAGRAM);
        SipMessage response = stored.message();
        patch.begin(response);
        if (best.status() == Responses.UNAUTHORIZED || best.status() == Responses.PROXY_AUTHENTICATION_REQUIRED) {
            append(SipHeader.WWW_AUTHENTICATE, best.challenges());
            append(SipHeader.PROXY_AUTHENTICATE, best.proxyChallenges());
        }
        finish(transaction, response, nowMs);
    }

    private void append(SipHeader header, List<String> values) {
        values.forEach(value -> patch.append(header, value));
    }

    private void finish(ServerTransaction transaction, SipMessage response, long nowMs) {
        patch.popVia();
        SipTransport transport = transaction.flow().transport();
        if (transport == SipTransport.TCP || transport == SipTransport.TLS) {
            patch.requireContentLength();
        }
        int length = patch.write(buffer, 0);
        parts.transactions().respond(transaction, response.statusCode(), buffer, length, nowMs);
    }
}
