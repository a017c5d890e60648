package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipMethod;
import io.turnstone.protocol.sip.SipRequestWriter;
import io.turnstone.protocol.sip.SipWriter;
import org.agrona.ExpandableArrayBuffer;

/** Asks each address of the upstream by OPTIONS (RFC 3261 §11) whether it is alive: any answer will do. One thread. */
final class TrunkChecks {
    private static final int MAX_FORWARDS = 70;

    private final Trunk trunk;
    private final EngineParts parts;
    private final Branches branches;
    private final String domain;
    private final SipRequestWriter writer = new SipRequestWriter();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private long nextMs;
    private long count;

    /** Hears the answers of one address. */
    private record Check(TrunkHop hop) implements OwnRequest {
        @Override
        public void onResponse(ClientTransaction transaction, SipMessage response, long nowMs) {
            hop.onAnswered();
        }

        @Override
        public void onTimeout(ClientTransaction transaction, long nowMs) {
            hop.onUnreachable();
        }
    }

    /** @param domain of which the questions come */
    TrunkChecks(Trunk trunk, EngineParts parts, Branches branches, String domain, long nowMs) {
        this.trunk = trunk;
        this.parts = parts;
        this.branches = branches;
        this.domain = domain;
        this.nextMs = nowMs;
    }

    /** Asks, if it is time to. Returns how many. */
    int turn(long nowMs) {
        if (trunk.checkMs() == 0 || nowMs < nextMs) {
            return 0;
        }
        nextMs = nowMs + trunk.checkMs();
        for (TrunkHop hop : trunk.hops()) {
            ask(hop, nowMs);
        }
        return trunk.hops().size();
    }

    /** How many addresses are believed to be alive. */
    int alive() {
        return (int) trunk.hops().stream().filter(TrunkHop::isAlive).count();
    }

    private void ask(TrunkHop hop, long nowMs) {
        hop.onAsked();
        RequestName name = parts.names().ofBranch(nowMs, ++count, hop.id());
        Target target = branches.reached(Target.of(hop.id(), hop.hop(), ""));
        if (target == null) {
            hop.onUnreachable();
            return;
        }
        String id = Long.toHexString(name.high());
        SipWriter request = writer.begin(buffer, 0, "OPTIONS", "sip:" + trunk.host());
        request.header(SipHeader.VIA, branches.via(target, name))
            .header(SipHeader.MAX_FORWARDS, MAX_FORWARDS)
            .header(SipHeader.FROM, "<sip:" + domain + ">;tag=" + id)
            .header(SipHeader.TO, "<sip:" + trunk.host() + ">")
            .header(SipHeader.CALL_ID, id)
            .header(SipHeader.CSEQ, count + " OPTIONS");
        ClientTransaction sent = parts.transactions()
            .send(new Branch(name, SipMethod.OPTIONS, target), new Check(hop), buffer, request.end(), nowMs);
        if (sent == null) {
            hop.onUnreachable();
        }
    }
}
