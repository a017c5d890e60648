package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.Contact;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipText;
import io.turnstone.protocol.sip.SipWriter;
import java.util.List;

/**
 * Writes the 200 to a REGISTER: every binding with the seconds it has left (RFC 3261 §10.3 step 8), its instance, reg-id
 * and GRUUs, since libraries find themselves by one or the other. One thread.
 */
final class RegistrationWriter {
    private static final int MS_PER_SECOND = 1000;

    private final Gruus gruus;
    private final long flowTimerS;
    private final SipText text = new SipText();

    /** @param flowTimerS how often a client shows that its flow is alive (RFC 5626 §4.4), in seconds */
    RegistrationWriter(Gruus gruus, long flowTimerS) {
        this.gruus = gruus;
        this.flowTimerS = flowTimerS;
    }

    /**
     * Adds the header fields.
     *
     * @param outbound whether the request used outbound, which the client has to be told (RFC 5626 §6)
     * @param withGruus whether the client asked for them (RFC 5627 §5.2)
     * @param path what the request had in Path, which the client may see (RFC 3327 §5.3); empty for none
     */
    void write(
        SipWriter response, List<Binding> bindings, boolean outbound, boolean withGruus, String path, long nowMs) {
        for (Binding binding : bindings) {
            response.header(SipHeader.CONTACT, contact(binding, withGruus, nowMs));
        }
        if (!path.isEmpty()) {
            response.header(SipHeader.PATH, path);
        }
        if (outbound) {
            response.header(SipHeader.REQUIRE, "outbound");
            response.header(SipHeader.FLOW_TIMER, flowTimerS);
        }
        response.header(SipHeader.SUPPORTED, "path, outbound, gruu");
    }

    private SipText contact(Binding binding, boolean withGruus, long nowMs) {
        long leftS = (binding.expiryMs() - nowMs + MS_PER_SECOND - 1) / MS_PER_SECOND;
        text.clear().append("<").append(binding.contact()).append(">;expires=").append(leftS);
        if (binding.quality() < Contact.QUALITY_MAX) {
            text.append(";q=0.").append(Integer.toString(Contact.QUALITY_MAX + binding.quality()).substring(1));
        }
        if (!binding.instance().isEmpty()) {
            text.append(";+sip.instance=").appendQuoted(binding.instance());
            if (binding.isOutbound()) {
                text.append(";reg-id=").append(binding.registrationId());
            }
            if (withGruus) {
                text.append(";pub-gruu=").appendQuoted(gruus.publicGruu(binding));
                text.append(";temp-gruu=").appendQuoted(gruus.temporaryGruu(binding));
            }
        }
        return text;
    }
}
