package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.Contact;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipText;
import io.turnstone.protocol.sip.SipWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the 200 to a REGISTER: every binding with the seconds it has left (RFC 3261 §10.3 step 8), its instance, reg-id
 * and GRUUs, since libraries find themselves by one or the other. One thread.
 */
final class RegistrationWriter {
    private static final int MS_PER_SECOND = 1000;
    private static final String FEATURE_CAPS = "Feature-Caps";

    /** How long before it expires a registration is to be refreshed by who refreshes it alone (RFC 8599 §4.1.4): over 120 s. */
    private static final int REFRESH_BEFORE_S = 130;
    private static final String PARAMETER_UNESCAPED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()[]/:&+$";

    private final Gruus gruus;
    private final long flowTimerS;
    private final @Nullable TurnServers turnServers;
    private final SipText text = new SipText();

    /**
     * @param flowTimerS how often a client shows that its flow is alive (RFC 5626 §4.4), in seconds
     * @param turnServers null to tell nothing of them
     */
    RegistrationWriter(Gruus gruus, long flowTimerS, @Nullable TurnServers turnServers) {
        this.gruus = gruus;
        this.flowTimerS = flowTimerS;
        this.turnServers = turnServers;
    }

    /** Tells a user where to relay media, if anybody is told that. */
    void writeTurnServers(SipWriter response, String user, long nowMs) {
        if (turnServers != null) {
            turnServers.write(response, user, nowMs);
        }
    }

    /**
     * What the client asked for besides the bindings.
     *
     * @param outbound whether the request used outbound, which the client has to be told (RFC 5626 §6)
     * @param gruus whether the client asked for them (RFC 5627 §5.2)
     * @param path what the request had in Path, which the client may see (RFC 3327 §5.3); empty for none
     * @param flow over which it has registered: only there it is told by what it is woken
     * @param services of push notification that it is told of (RFC 8599 §5.4); empty for none
     * @param refreshesItself whether it is told when it has to refresh its registration, without being woken
     */
    record Wishes(
        boolean outbound, boolean gruus, String path, FlowName flow, List<String> services, boolean refreshesItself) {}

    /** Adds the header fields. */
    void write(SipWriter response, List<Binding> bindings, Wishes wishes, long nowMs) {
        for (Binding binding : bindings) {
            response.header(SipHeader.CONTACT, contact(binding, wishes, nowMs));
        }
        writeServices(response, wishes.services(), wishes.refreshesItself());
        if (!wishes.path().isEmpty()) {
            response.header(SipHeader.PATH, wishes.path());
        }
        if (wishes.outbound()) {
            response.header(SipHeader.REQUIRE, "outbound");
            response.header(SipHeader.FLOW_TIMER, flowTimerS);
        }
        response.header(SipHeader.SUPPORTED, "path, outbound, gruu");
    }

    /** Tells of push notification services (RFC 8599 §5.4), in the form of RFC 6809 §6. */
    void writeServices(SipWriter response, Iterable<String> services, boolean refreshesItself) {
        for (String service : services) {
            text.clear().append("*;+sip.pns=").appendQuoted(service);
            if (refreshesItself) {
                text.append(";+sip.pnsreg=\"").append(REFRESH_BEFORE_S).append("\"");
            }
            response.header(FEATURE_CAPS, text.toString());
        }
    }

    private SipText contact(Binding binding, Wishes wishes, long nowMs) {
        long leftS = (binding.expiryMs() - nowMs + MS_PER_SECOND - 1) / MS_PER_SECOND;
        text.clear().append("<");
        if (binding.push().isNone() || !binding.flow().equals(wishes.flow())) {
            text.append(binding.contact());
        } else {
            appendWithPush(binding);
        }
        text.append(">;expires=").append(leftS);
        if (binding.quality() < Contact.QUALITY_MAX) {
            text.append(";q=0.").append(Integer.toString(Contact.QUALITY_MAX + binding.quality()).substring(1));
        }
        if (!binding.instance().isEmpty()) {
            text.append(";+sip.instance=").appendQuoted(binding.instance());
            if (binding.isOutbound()) {
                text.append(";reg-id=").append(binding.registrationId());
            }
            if (wishes.gruus()) {
                text.append(";pub-gruu=").appendQuoted(gruus.publicGruu(binding));
                text.append(";temp-gruu=").appendQuoted(gruus.temporaryGruu(binding));
            }
        }
        return text;
    }

    /** Equal to what the client has registered (RFC 3261 §19.1.4), but for headers. */
    private void appendWithPush(Binding binding) {
        PushResource push = binding.push();
        text.append(binding.contact());
        text.append(";pn-provider=").append(AddressText.escape(push.provider(), PARAMETER_UNESCAPED));
        text.append(";pn-prid=").append(AddressText.escape(push.id(), PARAMETER_UNESCAPED));
        if (!push.parameter().isEmpty()) {
            text.append(";pn-param=").append(AddressText.escape(push.parameter(), PARAMETER_UNESCAPED));
        }
    }
}
