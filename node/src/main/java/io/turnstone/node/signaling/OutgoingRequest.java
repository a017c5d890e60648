package io.turnstone.node.signaling;

import io.turnstone.node.signaling.DialogTokens.Token;
import io.turnstone.protocol.sip.SipAddress;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipPatch;
import io.turnstone.protocol.sip.SipText;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request as it goes to a target (RFC 3261 §16.6): a copy but for what a proxy changes. One thread; allocates for
 * tokens only.
 *
 * <p>A Record-Route is written once if both sides use the same transport, twice if not (RFC 5658 §3.2), so that each side
 * has a URI that it can send to. Between WebSockets it says no transport: those clients use their connection anyway.
 */
final class OutgoingRequest {
    private static final String MAX_BREADTH = "Max-Breadth";
    private static final int DROPPED_MAX = 64;
    private static final List<SipHeader> DROPPED = List.of(SipHeader.PROXY_AUTHORIZATION,
        SipHeader.P_ASSERTED_IDENTITY);

    private final SignalingSettings settings;
    private final byte[] realm;
    private final ViaWriter viaWriter;
    private final DialogTokens tokens;
    private final SipPatch patch = new SipPatch();
    private final SipText text = new SipText();
    private final SipAddress routeValue = new SipAddress();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();

    /**
     * What is the same for all targets of a request.
     *
     * @param arrival whence it came
     * @param popped how many values of Route are popped
     * @param strict whether the last Route takes the place of the Request-URI
     * @param loop what tells a loop
     * @param breadth what Max-Breadth says; 0 to leave it as it is
     * @param secure whether the Record-Route has to be of the sips scheme (§16.6 step 4)
     * @param identity the URI of the user that was authenticated (RFC 3325 §5); empty if it is not to be told
     */
    record Way(
        Arrival arrival, int popped, boolean strict, int loop, int breadth, boolean secure, String identity) {
        Way withBreadth(int share) {
            return new Way(arrival, popped, strict, loop, share, secure, identity);
        }
    }

    /** @param realm of our credentials, which go no further */
    OutgoingRequest(SignalingSettings settings, byte[] realm, DialogTokens tokens) {
        this.settings = settings;
        this.realm = realm.clone();
        this.viaWriter = new ViaWriter(settings);
        this.tokens = tokens;
    }

    /** Where the request stands, from offset 0. */
    MutableDirectBuffer buffer() {
        return buffer;
    }

    /** Whether the request has no more rows to drop than anybody needs. */
    static boolean isReasonable(SipMessage request, int popped) {
        int dropped = popped;
        for (SipHeader header : DROPPED) {
            for (int row = request.first(header); row != SipMessage.NOT_FOUND; row = request.next(row)) {
                dropped++;
            }
        }
        return dropped <= DROPPED_MAX;
    }

    /**
     * @param token what Record-Route says; null for none
     * @return the length in octets
     */
    int write(SipMessage request, Way way, Target target, RequestName branch, @Nullable Token token) {
        patch.begin(request);
        if (way.strict()) {
            undoStrictRouting(request, way.popped());
        } else {
            route(way.popped(), target);
        }
        patch.decrementMaxForwards();
        if (way.breadth() != 0) {
            int row = request.find("max-breadth", 0);
            if (row != SipMessage.NOT_FOUND) {
                patch.drop(row);
            }
            patch.append(MAX_BREADTH, Integer.toString(way.breadth()));
        }
        patch.dropCredentials(SipHeader.PROXY_AUTHORIZATION, realm);
        // RFC 3325 §5: what somebody asserts who is not trusted goes no further
        patch.drop(SipHeader.P_ASSERTED_IDENTITY);
        if (!way.identity().isEmpty()) {
            patch.append(SipHeader.P_ASSERTED_IDENTITY, text.clear().append("<").append(way.identity()).append(">"));
        }
        Arrival arrival = way.arrival();
        patch.fillReceived(arrival.remote().high(), arrival.remote().low(), arrival.remote().port());
        if (!target.path().isEmpty()) {
            patch.prepend(SipHeader.ROUTE, target.path());
        }
        if (token != null) {
            recordRoute(tokens.seal(token), arrival.flow().transport(), target.flow().transport(), way.secure());
        }
        SipTransport transport = target.flow().transport();
        patch.prepend(SipHeader.VIA, via(transport, branch, way.loop()));
        if (transport == SipTransport.TCP || transport == SipTransport.TLS) {
            patch.requireContentLength();
        }
        return patch.write(buffer, 0);
    }

    private void route(int popped, Target target) {
        if (!target.requestUri().isEmpty()) {
            patch.requestUri(target.requestUri());
        }
        for (int i = 0; i < popped; i++) {
            patch.popRoute();
        }
    }

    /** RFC 3261 §16.4: the last Route is the Request-URI that the strict router has displaced. */
    private void undoStrictRouting(SipMessage request, int popped) {
        List<String> values = new ArrayList<>();
        String requestUri = "";
        for (boolean has = routeValue.first(request, SipHeader.ROUTE); has; has = routeValue.next()) {
            // a quoted NUL is good, and nothing that we write
            values.add(request.text(routeValue.start(), routeValue.end()).replace("\\\0", ""));
            requestUri = routeValue.uriText();
        }
        patch.requestUri(requestUri).drop(SipHeader.ROUTE);
        if (values.size() - 1 > popped) {
            patch.append(SipHeader.ROUTE, String.join(", ", values.subList(popped, values.size() - 1)));
        }
    }

    /** @param loop what tells a loop; 0 where there can be none */
    SipText via(SipTransport transport, RequestName branch, int loop) {
        return viaWriter.write(text, transport, branch, loop);
    }

    private void recordRoute(String token, SipTransport from, SipTransport to, boolean secure) {
        boolean webSockets = isWebSocket(from) && isWebSocket(to);
        if (!webSockets && from != to) {
            patch.prepend(SipHeader.RECORD_ROUTE, recordRoute(token, from, secure, true));
        }
        patch.prepend(SipHeader.RECORD_ROUTE, recordRoute(token, to, secure, !webSockets));
    }

    private static boolean isWebSocket(SipTransport transport) {
        return transport == SipTransport.WS || transport == SipTransport.WSS;
    }

    private SipText recordRoute(String token, SipTransport transport, boolean secure, boolean named) {
        text.clear().append(secure ? "<sips:" : "<sip:").append(token).append("@");
        text.append(settings.advertised(transport));
        if (named) {
            text.append(";transport=").append(lowerCase(transport));
        }
        return text.append(";lr>");
    }

    private static String lowerCase(SipTransport transport) {
        return switch (transport) {
            case UDP -> "udp";
            case TCP -> "tcp";
            case TLS -> "tls";
            case WS -> "ws";
            case WSS -> "wss";
            case SCTP, OTHER -> throw new IllegalArgumentException("no flow goes over " + transport);
        };
    }
}
