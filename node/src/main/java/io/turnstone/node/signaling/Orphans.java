package io.turnstone.node.signaling;

import io.turnstone.node.signaling.DialogTokens.Token;
import io.turnstone.protocol.sip.SipAddress;
import io.turnstone.protocol.sip.SipFraming;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipParser;
import io.turnstone.protocol.sip.SipPatch;
import io.turnstone.protocol.sip.SipTransport;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Responses whose node has died while its request rang. One thread. One that makes a dialog has our Record-Route, and the
 * token in that names the caller's binding: so it goes there, as by a proxy without a transaction (RFC 3261 §16.11). A caller
 * who is not registered again yet misses it; the 2xx to an INVITE comes again until it is acknowledged (§13.3.1.4).
 */
final class Orphans {
    private final Locations locations;
    private final DialogTokens tokens;
    private final Flows flows;
    private final SipCounters counters;
    private final SipAddress route = new SipAddress();
    private final SipParser stored;
    private final SipPatch patch = new SipPatch();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();

    Orphans(Locations locations, DialogTokens tokens, Flows flows, SipCounters counters, SipLimits limits) {
        this.locations = locations;
        this.tokens = tokens;
        this.flows = flows;
        this.counters = counters;
        this.stored = new SipParser(limits);
    }

    /** Sends a response to the caller whose top Via is ours. */
    void onResponse(SipMessage response) {
        Token token = token(response);
        if (token == null || !(token.caller() instanceof DialogTokens.Registered(BindingId caller))) {
            counters.add(SipCounter.STRAY_RESPONSE);
            return;
        }
        byte[] octets = new byte[response.length()];
        response.buffer().getBytes(0, octets);
        locations.lookUp(new LocationQuery.OfBinding(caller), (found, _) -> {
            boolean sent = !found.isEmpty() && send(octets, found.getFirst().flow());
            counters.add(sent ? SipCounter.REROUTED : SipCounter.STRAY_RESPONSE);
        });
    }

    private @Nullable Token token(SipMessage response) {
        for (boolean has = route.first(response, SipHeader.RECORD_ROUTE); has; has = route.next()) {
            if (route.decodeUri() && route.uri().isSipOrSips() && route.uri().hasUser()) {
                Token token = tokens.open(route.uri().buffer(), route.uri().userStart(), route.uri().userEnd());
                if (token != null) {
                    return token;
                }
            }
        }
        return null;
    }

    private boolean send(byte[] octets, FlowName flow) {
        stored.parse(new UnsafeBuffer(octets), 0, octets.length, SipFraming.DATAGRAM);
        patch.begin(stored.message());
        patch.popVia();
        if (flow.transport() == SipTransport.TCP || flow.transport() == SipTransport.TLS) {
            patch.requireContentLength();
        }
        return flows.send(flow, buffer, 0, patch.write(buffer, 0));
    }
}
