package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.CSeq;
import io.turnstone.protocol.sip.Contact;
import io.turnstone.protocol.sip.SipAddress;
import io.turnstone.protocol.sip.SipError;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.TokenList;
import io.turnstone.protocol.sip.Via;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a REGISTER asks for (RFC 3261 §10.3, RFC 5626 §6, RFC 3327 §5.3). One thread; reused by {@link #read}.
 *
 * <p>Outbound is used if instance and reg-id are there, the client supports it, and so does its first hop: this server, if
 * no other proxy is in between, or the one that wrote the last value of Path, with {@code ob}. A reg-id without an
 * instance or without the client's support is passed over.
 */
final class RegistrationReader {
    private static final char NUL = 0;

    private final Contact contact = new Contact();
    private final SipAddress pathValue = new SipAddress();
    private final TokenList supported = new TokenList();
    private final Via via = new Via();
    private int statusCode;
    private final ContactReader target = new ContactReader();
    private final PushSettings pushes;
    private boolean outbound;
    private boolean gruu;
    private boolean pushQuestion;
    private boolean refreshesItself;

    RegistrationReader(PushSettings pushes) {
        this.pushes = pushes;
    }

    /** Why {@link #read} gave nothing: 400, 439 or 555. */
    int statusCode() {
        return statusCode;
    }

    /** Whether outbound is used for the contact, of what was read last. */
    boolean isOutbound() {
        return outbound;
    }

    /** Whether the client wants GRUUs, of what was read last. */
    boolean isGruu() {
        return gruu;
    }

    /** Whether the client asks by which services it can be woken, of what was read last. */
    boolean isPushQuestion() {
        return pushQuestion;
    }

    /** Whether a contact that can be woken is refreshed without that, of what was read last. */
    boolean refreshesItself() {
        return refreshesItself;
    }

    /**
     * @param request one whose To and Contact the judgement of registrations has accepted
     * @return null with {@link #statusCode}
     */
    @Nullable
    Registration read(SipMessage request, CSeq cseq, FlowName flow) {
        gruu = supported.contains(request, SipHeader.SUPPORTED, "gruu");
        outbound = false;
        pushQuestion = false;
        refreshesItself = false;
        boolean supportsOutbound = supported.contains(request, SipHeader.SUPPORTED, "outbound");
        boolean firstHopSupports = isFirstHopOutbound(request);
        List<Registration.Contact> contacts = new ArrayList<>();
        boolean has = contact.first(request);
        boolean removesAll = contact.isStar();
        if (pathValue.error() != SipError.NONE || (removesAll && request.expires() != 0)) {
            return refuse(Responses.BAD_REQUEST);
        }
        int flows = 0;
        for (; has; has = contact.next()) {
            int registrationId = contact.instance() == Contact.NOT_FOUND || !supportsOutbound
                ? Contact.NOT_FOUND
                : contact.registrationId();
            if (registrationId > 0) {
                flows++;
            }
            contacts.add(contact(request, Math.max(registrationId, 0)));
            if (!target.isCalled()) {
                return refuse(Responses.BAD_REQUEST);
            }
            if (isUnserved(contacts.getLast())) {
                // RFC 8599 §5.6.1.1: no other proxy is known that serves it
                return refuse(Responses.PUSH_SERVICE_NOT_SUPPORTED);
            }
        }
        if (flows > 1) {
            return refuse(Responses.BAD_REQUEST);
        }
        if (flows == 1 && !firstHopSupports) {
            return refuse(Responses.NO_OUTBOUND_SUPPORT);
        }
        outbound = flows == 1;
        String path = path(request);
        // a quoted NUL is good, and nothing that we write
        if (path.indexOf(NUL) >= 0 || contacts.stream().anyMatch(each -> each.instance().indexOf(NUL) >= 0)) {
            return refuse(Responses.BAD_REQUEST);
        }
        String callId = request.value(request.first(SipHeader.CALL_ID));
        return new Registration(callId, cseq.number(), removesAll, contacts, path, flow);
    }

    private @Nullable Registration refuse(int status) {
        statusCode = status;
        return null;
    }

    private Registration.Contact contact(SipMessage request, int registrationId) {
        SipAddress address = contact.address();
        int quality = contact.quality();
        int instance = contact.instance();
        long expiresS = expiresS(request);
        target.read(request, contact);
        pushQuestion |= target.isQuestion();
        boolean woken = expiresS != 0 && pushes.serves(target.resource());
        refreshesItself |= woken && target.refreshesItself();
        return new Registration.Contact(
            target.uri(),
            quality == Contact.MALFORMED ? Contact.QUALITY_MAX : quality,
            expiresS,
            instance == Contact.NOT_FOUND ? "" : address.parameters().value(instance),
            registrationId,
            woken ? target.resource() : PushResource.NONE);
    }

    /** RFC 3261 §10.2.1.1: the parameter, or else the header field; what is malformed stands for the default. */
    private long expiresS(SipMessage request) {
        long own = contact.expires();
        long seconds = own == Contact.NOT_FOUND ? request.expires() : own;
        return seconds < 0 ? Registration.EXPIRES_DEFAULT : seconds;
    }

    private boolean isUnserved(Registration.Contact last) {
        boolean wanted = last.expiresS() != 0 && !target.resource().isNone();
        return wanted && last.push().isNone() && !pushes.providers().isEmpty();
    }

    /** Moves through Path to its end, so that its error is known. */
    private boolean isFirstHopOutbound(SipMessage request) {
        boolean outboundHop = !request.has(SipHeader.PATH) && via.first(request) && via.isOnly(request);
        for (boolean has = pathValue.first(request, SipHeader.PATH); has; has = pathValue.next()) {
            outboundHop = pathValue.decodeUri() && pathValue.uri().hasOutbound();
        }
        return outboundHop;
    }

    private static String path(SipMessage request) {
        int row = request.first(SipHeader.PATH);
        if (row == SipMessage.NOT_FOUND) {
            return "";
        }
        StringBuilder path = new StringBuilder(request.value(row));
        for (row = request.next(row); row != SipMessage.NOT_FOUND; row = request.next(row)) {
            path.append(", ").append(request.value(row));
        }
        return path.toString();
    }
}
