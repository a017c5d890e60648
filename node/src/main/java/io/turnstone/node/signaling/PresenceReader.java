package io.turnstone.node.signaling;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.protocol.sip.Contact;
import io.turnstone.protocol.sip.Judgement;
import io.turnstone.protocol.sip.SipAddress;
import io.turnstone.protocol.sip.SipError;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipMethod;
import io.turnstone.protocol.sip.SipUri;
import io.turnstone.protocol.sip.SipValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Reads what a SUBSCRIBE or PUBLISH asks for (RFC 6665 §4.1, RFC 3903 §4). One thread; reused by each call. */
final class PresenceReader {
    private static final char NUL = 0;
    /** Of what is kept of a SUBSCRIBE: several of them fit into a message between nodes. */
    private static final int WATCHER_LENGTH_MAX = 3_000;

    private final int documentOctetsMax;
    private final SipValue event = new SipValue();
    private final Contact contact = new Contact();
    private final SipAddress route = new SipAddress();
    private int statusCode;

    /** @param documentOctetsMax of a body */
    PresenceReader(int documentOctetsMax) {
        this.documentOctetsMax = documentOctetsMax;
    }

    /** The event package that we serve and the request is about, or empty. */
    String event(SipMessage request) {
        if (!event.wrap(request, SipHeader.EVENT)) {
            return "";
        }
        if (event.is(Presence.PRESENCE)) {
            return Presence.PRESENCE;
        }
        return event.is(Presence.REGISTRATION) && request.method() == SipMethod.SUBSCRIBE ? Presence.REGISTRATION : "";
    }

    /** Why nothing was read. */
    int statusCode() {
        return statusCode;
    }

    /**
     * Reads a SUBSCRIBE whose event is served.
     *
     * @param newTag the tag that a response of ours gives it
     * @return with no binding of the watcher; null with {@link #statusCode}
     */
    PresenceCommand.@Nullable Subscribe subscribe(
        SipMessage request, Judgement judgement, String newTag, FlowName flow) {
        String name = event(request);
        SipAddress from = judgement.from();
        SipAddress to = judgement.to();
        if (!from.hasTag() || !isReachable(request)) {
            statusCode = Responses.BAD_REQUEST;
            return null;
        }
        int id = event.parameters().find("id");
        Watcher watcher = new Watcher(
            request.value(request.first(SipHeader.CALL_ID)),
            from.tag(),
            "<" + to.uriText() + ">",
            request.value(request.first(SipHeader.FROM)),
            contact.address().uriText(),
            routes(request),
            null,
            flow);
        String eventId = id == SipValue.NOT_FOUND ? "" : event.parameters().value(id);
        if (watcher.length() + eventId.length() > WATCHER_LENGTH_MAX) {
            statusCode = Responses.MESSAGE_TOO_LARGE;
            return null;
        }
        // a quoted NUL is good, and nothing that we write
        if ((watcher.to() + watcher.routes() + eventId).indexOf(NUL) >= 0) {
            statusCode = Responses.BAD_REQUEST;
            return null;
        }
        return new PresenceCommand.Subscribe(
            0, to.tag(), newTag, name, eventId, watcher, judgement.cseq().number(), expiresS(request));
    }

    /** Whether a NOTIFY can be written: its Request-URI is the contact's URI, and its routes are the request's. */
    private boolean isReachable(SipMessage request) {
        if (!contact.first(request) || !contact.address().decodeUri() || !contact.address().uri().isSipOrSips()
            || contact.address().uri().headersStart() != SipUri.NOT_FOUND) {
            return false;
        }
        boolean has = route.first(request, SipHeader.RECORD_ROUTE);
        while (has && route.isBracketed() && route.decodeUri()) {
            has = route.next();
        }
        return !has && route.error() == SipError.NONE;
    }

    /** Route for what goes back (RFC 3261 §12.1.1): the values of Record-Route in their order. */
    private static String routes(SipMessage request) {
        StringBuilder routes = new StringBuilder();
        for (int row = request.first(SipHeader.RECORD_ROUTE); row != SipMessage.NOT_FOUND; row = request.next(row)) {
            routes.append(routes.isEmpty() ? "" : ", ").append(request.value(row));
        }
        return routes.toString();
    }

    /**
     * Reads a PUBLISH.
     *
     * @return null with {@link #statusCode}
     */
    PresenceCommand.@Nullable Publish publish(SipMessage request) {
        int type = request.first(SipHeader.CONTENT_TYPE);
        int typeLength = type == SipMessage.NOT_FOUND ? 0 : request.value(type).length();
        if (request.bodyLength() + typeLength > documentOctetsMax) {
            statusCode = Responses.REQUEST_ENTITY_TOO_LARGE;
            return null;
        }
        int etag = request.first(SipHeader.SIP_IF_MATCH);
        String body = body(request);
        boolean typed = type != SipMessage.NOT_FOUND && request.value(type).indexOf(NUL) < 0;
        if (body == null || (!body.isEmpty() && !typed)) {
            statusCode = Responses.BAD_REQUEST;
            return null;
        }
        return new PresenceCommand.Publish(
            0,
            etag == SipMessage.NOT_FOUND ? "" : request.value(etag),
            expiresS(request),
            typed ? request.value(type) : "",
            body);
    }

    private static @Nullable String body(SipMessage request) {
        byte[] octets = new byte[request.bodyLength()];
        request.buffer().getBytes(request.bodyStart(), octets);
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private static long expiresS(SipMessage request) {
        long seconds = request.expires();
        return seconds < 0 ? PresenceCommand.EXPIRES_DEFAULT : seconds;
    }
}
