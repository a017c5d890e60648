package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.Contact;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipParameters;
import io.turnstone.protocol.sip.SipUri;
import java.util.Locale;
import java.util.Set;

/**
 * Reads a registered contact's URI as others may see it: without the parameters of push notification (RFC 8599 §4.1.2), and
 * without headers, with which no Request-URI may come (RFC 3261 §19.1.1). One thread; reused by {@link #read}.
 *
 * <pre>
 * no pn-provider           nothing of this concerns us
 * pn-provider              the client asks which services there are (§4.1.3)
 * pn-provider=x            and no pn-prid: it does not want to be woken (any more)
 * pn-provider=x;pn-prid=y  it wants to be woken
 * </pre>
 */
final class ContactReader {
    private static final String PROVIDER = "pn-provider";
    private static final String ID = "pn-prid";
    private static final String PARAMETER = "pn-param";
    private static final Set<String> NAMES = Set.of(PROVIDER, ID, PARAMETER, "pn-purr");

    private final StringBuilder text = new StringBuilder();
    private String uri = "";
    private PushResource resource = PushResource.NONE;
    private boolean called;
    private boolean asked;
    private boolean self;

    /** @param contact a value of the request's Contact */
    void read(SipMessage request, Contact contact) {
        uri = contact.address().uriText();
        resource = PushResource.NONE;
        asked = false;
        self = contact.address().parameters().has("+sip.pnsreg");
        called = contact.address().decodeUri() && contact.address().uri().isSipOrSips();
        if (called) {
            take(request, contact.address().uri());
        }
    }

    private void take(SipMessage request, SipUri decoded) {
        SipParameters parameters = decoded.parameters();
        int provider = parameters.find(PROVIDER);
        asked = provider != SipUri.NOT_FOUND && !parameters.hasValue(provider);
        String id = decoded.parameter(ID);
        if (provider != SipUri.NOT_FOUND && !id.isEmpty()) {
            String name = parameters.value(provider).toLowerCase(Locale.ROOT);
            resource = name.isEmpty() ? PushResource.NONE : new PushResource(name, id, decoded.parameter(PARAMETER));
        }
        text.setLength(0);
        int from = decoded.start();
        for (int i = 0; i < parameters.count(); i++) {
            String name = request.text(parameters.nameStart(i), parameters.nameEnd(i)).toLowerCase(Locale.ROOT);
            if (NAMES.contains(name)) {
                text.append(request.text(from, parameters.nameStart(i) - 1));
                from = parameters.hasValue(i) ? parameters.valueEnd(i) : parameters.nameEnd(i);
            }
        }
        int end = decoded.headersStart() == SipUri.NOT_FOUND ? decoded.end() : decoded.headersStart() - 1;
        if (from != decoded.start() || end != decoded.end()) {
            uri = text.append(request.text(from, end)).toString();
        }
    }

    /** Whether a request can be sent to it; a URI of another scheme is not looked into. */
    boolean isCalled() {
        return called;
    }

    /** The URI without what was taken out. */
    String uri() {
        return uri;
    }

    /** Where the client wants to be woken. */
    PushResource resource() {
        return resource;
    }

    /** Whether it asks what it may be woken by. */
    boolean isQuestion() {
        return asked;
    }

    /** Whether it refreshes its registration without being woken for that (§4.1.4). */
    boolean refreshesItself() {
        return self;
    }
}
