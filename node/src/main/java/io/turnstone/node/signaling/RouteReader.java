package io.turnstone.node.signaling;

import io.turnstone.node.signaling.DialogTokens.Token;
import io.turnstone.protocol.sip.SipAddress;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.sip.SipUri;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Route and Request-URI of a request say about its way (RFC 3261 §16.4). One thread; reused by {@link #read}.
 *
 * <p>The values at the top of Route that name this cluster are to be popped, both of a double Record-Route (RFC 5658). The
 * first one of them with a token leads to a side of a dialog. What a WebSocket client has on top of Route with a WebSocket
 * transport names us too, whatever its host: it is the name that the client has dialled, perhaps one of a balancer's.
 *
 * <p>A strict router before us puts our Record-Route URI into the Request-URI and its own target behind the last Route:
 * then that is to come back.
 */
final class RouteReader {
    private final LocalNames names;
    private final DialogTokens tokens;
    private final SipAddress route = new SipAddress();
    private @Nullable Token token;
    private int popped;
    private boolean strict;
    private boolean foreign;
    private boolean forged;

    RouteReader(LocalNames names, DialogTokens tokens) {
        this.names = names;
        this.tokens = tokens;
    }

    /** @param requestUri of the same request, which has been judged */
    void read(SipMessage request, SipUri requestUri, SipTransport arrivedOver) {
        token = null;
        popped = 0;
        foreign = false;
        forged = false;
        strict = requestUri.isSipOrSips() && requestUri.isLooseRouter() && names.isOurs(requestUri);
        if (strict) {
            open(requestUri);
            strict = token != null && request.has(SipHeader.ROUTE);
        }
        boolean webSocket = arrivedOver == SipTransport.WS || arrivedOver == SipTransport.WSS;
        boolean has = route.first(request, SipHeader.ROUTE);
        while (has && route.decodeUri() && isOurs(route.uri(), webSocket)) {
            if (token == null) {
                open(route.uri());
            }
            popped++;
            has = route.next();
        }
        foreign = has;
    }

    private boolean isOurs(SipUri uri, boolean webSocket) {
        return names.isOurs(uri) || (webSocket && popped == 0 && isWebSocket(uri.transport(SipTransport.UDP)));
    }

    private static boolean isWebSocket(SipTransport transport) {
        return transport == SipTransport.WS || transport == SipTransport.WSS;
    }

    private void open(SipUri uri) {
        if (uri.hasUser()) {
            token = tokens.open(uri.buffer(), uri.userStart(), uri.userEnd());
            forged |= token == null;
        }
    }

    /** The dialog that the request belongs to; null if it says none. */
    @Nullable
    Token token() {
        return token;
    }

    /** How many values of Route are to be popped. */
    int popped() {
        return popped;
    }

    /** Whether the last Route takes the place of the Request-URI. */
    boolean isStrict() {
        return strict;
    }

    /** Whether a value remains that does not name us. */
    boolean isForeign() {
        return foreign;
    }

    /** Whether there was a user that is no token of this cluster, or none that is valid any more. */
    boolean isForged() {
        return forged && token == null;
    }
}
