package io.turnstone.node.signaling;

import io.turnstone.node.auth.CredentialIssuer;
import io.turnstone.node.auth.CredentialIssuer.Credential;
import io.turnstone.node.auth.TurnUser;
import io.turnstone.protocol.sip.SipText;
import io.turnstone.protocol.sip.SipWriter;
import java.util.List;

/**
 * Tells a user who has registered where to relay media and by which credential, one header field for each URL:
 *
 * <pre>
 * Turn-Server: &lt;stun:192.0.2.1:3478&gt;
 * Turn-Server: &lt;turn:192.0.2.1:3478?transport=udp&gt;;username="1795000000:alice";credential="…";ttl=86400
 * </pre>
 *
 * One thread.
 */
public final class TurnServers {
    private static final String NAME = "Turn-Server";

    private final CredentialIssuer issuer;
    private final List<String> urls;
    private final long lifetimeS;
    private final SipText text = new SipText();

    /**
     * @param urls of RFC 7064 and RFC 7065
     * @param lifetimeS for how many seconds a credential is good
     */
    public TurnServers(CredentialIssuer issuer, List<String> urls, long lifetimeS) {
        this.issuer = issuer;
        this.urls = List.copyOf(urls);
        this.lifetimeS = lifetimeS;
    }

    /** Adds the header fields; none for a name that no TURN credential can have. */
    void write(SipWriter response, String user, long nowMs) {
        if (!TurnUser.isName(user)) {
            return;
        }
        Credential credential = issuer.issue(new TurnUser(user, ""), lifetimeS, nowMs);
        for (String url : urls) {
            text.clear().append("<").append(url).append(">");
            if (url.startsWith("turn")) {
                text.append(";username=").appendQuoted(credential.username());
                text.append(";credential=").appendQuoted(credential.password());
                text.append(";ttl=").append(lifetimeS);
            }
            response.header(NAME, text.toString());
        }
    }
}
