package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipText;
import io.turnstone.protocol.sip.SipTransport;

/** Writes our Via, which {@link ResponseVia} reads when the response comes (RFC 3261 §8.1.1.7). One thread. */
final class ViaWriter {
    private final SignalingSettings settings;
    private final String node;
    private final BranchText branchText = new BranchText();

    ViaWriter(SignalingSettings settings) {
        this.settings = settings;
        this.node = ResponseVia.NODE_PARAMETER + Long.toHexString(settings.node());
    }

    /**
     * Replaces the text by the header field's value, and returns it.
     *
     * @param loop what tells a loop; 0 where there can be none
     */
    SipText write(SipText text, SipTransport transport, RequestName branch, int loop) {
        text.clear().append("SIP/2.0/").append(transport.name()).append(" ").append(settings.advertised(transport));
        text.append(";branch=");
        branchText.write(text, branch.high(), branch.low(), loop);
        if (transport == SipTransport.UDP) {
            // RFC 3581 §3: the answer comes to the socket that has sent, whatever stands between
            text.append(";rport");
        }
        return text.append(node);
    }
}
