package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.sip.SipUri;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends requests of our users to other domains (RFC 3263). One thread. */
final class Outward {
    /** RFC 7118 §5: names that browsers make up. */
    private static final String INVALID = ".invalid";

    private final LocalNames names;
    private final Servers servers;
    private final BindingIds ids = new BindingIds();

    Outward(LocalNames names, Servers servers) {
        this.names = names;
        this.servers = servers;
    }

    /** Where a Request-URI leads outside; null if it is ours, or leads nowhere. */
    ServerLocator.@Nullable Server server(SipUri uri) {
        if (!uri.isSipOrSips() || names.isOurs(uri)) {
            return null;
        }
        String host = uri.host();
        if (host.endsWith(INVALID)) {
            return null;
        }
        SipTransport transport = uri.transport(SipTransport.OTHER);
        return new ServerLocator.Server(
            host,
            uri.port() == SipUri.NOT_FOUND ? 0 : uri.port(),
            transport == SipTransport.OTHER ? null : transport,
            uri.scheme() == SipUri.Scheme.SIPS);
    }

    /**
     * Sends to the server, by one address after the other; 404 if it has none.
     *
     * @param requestLength about, in octets
     */
    void send(Forking forking, ServerLocator.Server server, int requestLength, long nowMs) {
        servers.locate(server, nowMs, (hops, atMs) -> {
            if (hops.isEmpty()) {
                forking.fail(Responses.NOT_FOUND, atMs);
            } else {
                forking.start(targets(server, hops, requestLength), atMs);
            }
        });
    }

    private Deque<List<Target>> targets(ServerLocator.Server server, List<Hop> hops, int requestLength) {
        HopTargets targets = new HopTargets(requestLength);
        for (Hop hop : hops) {
            targets.add(ids.of(server.host(), hop), hop, "");
        }
        return targets.groups();
    }
}
