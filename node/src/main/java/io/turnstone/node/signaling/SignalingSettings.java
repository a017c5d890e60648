package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipTransport;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an engine has to know. Immutable, any thread.
 *
 * @param node the incarnation of this node, by which others hand responses over
 * @param domains of the users, in lower case; the first one is the realm's
 * @param advertised by transport the {@code host} or {@code host:port} that clients know the cluster by, which stands in
 *        Via and Record-Route; one that is missing is known by the first domain
 * @param transactionsMax beyond which a new request is answered 503
 * @param flowTimerS how often a client of outbound shows that it is alive (RFC 5626 §4.4), in seconds
 */
public record SignalingSettings(
    long node, List<String> domains, Map<SipTransport, String> advertised, SipTimers timers,
    RegistrationLimits registrations, SipLimits limits, int transactionsMax, long flowTimerS) {
    public SignalingSettings {
        domains = domains.stream().map(domain -> domain.toLowerCase(Locale.ROOT)).toList();
        advertised = Map.copyOf(advertised);
        if (domains.isEmpty()) {
            throw new IllegalArgumentException("signaling needs a domain");
        }
    }

    String advertised(SipTransport transport) {
        return advertised.getOrDefault(transport, domains.getFirst());
    }
}
