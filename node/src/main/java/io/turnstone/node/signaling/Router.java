package io.turnstone.node.signaling;

import io.turnstone.node.auth.CredentialStore;
import io.turnstone.node.signaling.DialogTokens.Token;
import io.turnstone.protocol.sip.Judgement;
import io.turnstone.protocol.sip.SipAddress;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.sip.SipUri;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a request is to go (RFC 3261 §16.4, §16.5), as far as that can be told before asking for bindings. One
 * thread; reused by {@link #route}.
 */
final class Router {
    private final LocalNames names;
    private final CredentialStore users;
    private final TransactionNames hashes;
    private final Gruus gruus;
    private final Trunk trunk;
    private final RouteReader routes;

    Router(
        LocalNames names, CredentialStore users, TransactionNames hashes, Gruus gruus, DialogTokens tokens,
        Trunk trunk) {
        this.trunk = trunk;
        this.names = names;
        this.users = users;
        this.hashes = hashes;
        this.gruus = gruus;
        this.routes = new RouteReader(names, tokens);
    }

    void route(SipMessage request, Judgement judgement, SipTransport arrivedOver) {
        routes.read(request, judgement.requestUri(), arrivedOver);
    }

    RouteReader routes() {
        return routes;
    }

    /** By which a token knows the caller. */
    int tagOf(SipAddress from) {
        return hashes.ofTag(from);
    }

    /** The side of the dialog to which the request goes, null if it belongs to none. */
    DialogTokens.@Nullable Side dialogSide(Judgement judgement) {
        Token token = routes.token();
        return token == null ? null : token.other(tagOf(judgement.from()));
    }

    Trunk trunk() {
        return trunk;
    }

    /** The target of a side of a dialog that need not be asked for: a flow, or an address of the upstream. */
    @Nullable
    Target direct(DialogTokens.@Nullable Side side) {
        return side instanceof DialogTokens.Unregistered(FlowName flow) ? Target.ofDialog(flow) : trunk.target(side);
    }

    Search search(DialogTokens.@Nullable Side side, Judgement judgement) {
        SipUri uri = judgement.requestUri();
        return side instanceof DialogTokens.Registered(BindingId binding)
            ? Search.dialog(binding, uri.isSipOrSips() && uri.isGruu())
            : search(uri);
    }

    /** What the Request-URI asks for: an address-of-record, a GRUU, or a contact that is registered somewhere. */
    private Search search(SipUri uri) {
        if (!names.isOurs(uri)) {
            return Search.all(new LocationQuery.OfContact(AddressText.of(uri)), Responses.NOT_FOUND);
        }
        String text = names.addressOfRecord(uri);
        if (uri.isGruu()) {
            Gruus.Temporary temporary = gruus.temporary(uri);
            return temporary == null ? Search.publicGruu(text, uri.parameter("gr")) : Search.temporaryGruu(temporary);
        }
        boolean mayExist = uri.hasUser() && users.mayExist(uri.user());
        return Search.all(
            new LocationQuery.OfAddress(text),
            mayExist ? Responses.TEMPORARILY_UNAVAILABLE : Responses.NOT_FOUND);
    }
}
