package io.turnstone.node.transport.stream;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where and how connections are accepted. Immutable, any thread.
 *
 * @param local where to bind; port 0 takes a free one
 * @param shared whether other processes of this machine may listen there too (SO_REUSEPORT)
 * @param trustedProxies every connection from there must begin with a PROXY protocol header (version 2), and what it says
 *     is believed; no other connection may begin so
 * @param identity for TLS and WSS; null for the others
 * @param subprotocol which a WebSocket client has to offer (RFC 6455 §1.9); empty for TCP and TLS
 * @param origins of the pages that may connect (RFC 6454 §6.2, such as {@code https://phone.example.com}); empty for all.
 *     A client that names no origin is no browser and may connect
 * @param paths of WebSockets with subprotocols of their own; every other path is for {@code subprotocol}
 */
public record StreamListener(
    StreamTransport transport,
    TransportAddress local,
    boolean shared,
    List<IpPrefix> trustedProxies,
    @Nullable TlsFiles identity,
    String subprotocol,
    List<String> origins,
    List<WebSocketPath> paths) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    public StreamListener {
        trustedProxies = List.copyOf(trustedProxies);
        origins = List.copyOf(origins);
        paths = List.copyOf(paths);
        Settings.check(
            transport.isSecure() == (identity != null), "identity of " + transport, String.valueOf(identity),
            transport.isSecure() ? "the files of a certificate and its key" : "none");
        Settings.check(
            transport.isWebSocket() ? isToken(subprotocol) : subprotocol.isEmpty(),
            "subprotocol of " + transport, "'" + subprotocol + "'",
            transport.isWebSocket() ? "a token (RFC 9110 §5.6.2)" : "none");
        Settings.check(
            transport.isWebSocket() || origins.isEmpty(), "origins of " + transport, origins, "none");
        Settings.check(transport.isWebSocket() || paths.isEmpty(), "paths of " + transport, paths, "none");
        for (String origin : origins) {
            Settings.check(
                origin.matches("[A-Za-z][A-Za-z0-9+.-]*://[^/\\s]+"), "origin", "'" + origin + "'",
                "SCHEME://HOST or SCHEME://HOST:PORT without a path");
        }
    }

    public static StreamListener tcp(TransportAddress local) {
        return new StreamListener(StreamTransport.TCP, local, false, List.of(), null, "", List.of(), List.of());
    }

    public static StreamListener tls(TransportAddress local, TlsFiles identity) {
        return new StreamListener(StreamTransport.TLS, local, false, List.of(), identity, "", List.of(), List.of());
    }

    public static StreamListener webSocket(TransportAddress local, String subprotocol) {
        return new StreamListener(StreamTransport.WS, local, false, List.of(), null, subprotocol, List.of(),
            List.of());
    }

    public static StreamListener secureWebSocket(TransportAddress local, TlsFiles identity, String subprotocol) {
        return new StreamListener(StreamTransport.WSS, local, false, List.of(), identity, subprotocol, List.of(),
            List.of());
    }

    public StreamListener withShared(boolean withOthers) {
        return new StreamListener(transport, local, withOthers, trustedProxies, identity, subprotocol, origins, paths);
    }

    public StreamListener withTrustedProxies(List<IpPrefix> proxies) {
        return new StreamListener(transport, local, shared, proxies, identity, subprotocol, origins, paths);
    }

    public StreamListener withOrigins(List<String> allowed) {
        return new StreamListener(transport, local, shared, trustedProxies, identity, subprotocol, allowed, paths);
    }

    public StreamListener withPaths(List<WebSocketPath> others) {
        return new StreamListener(transport, local, shared, trustedProxies, identity, subprotocol, origins, others);
    }

    static boolean isToken(String text) {
        return text.matches(TOKEN);
    }

    /** Null for a path without a subprotocol of its own. */
    @Nullable
    WebSocketPath path(String requested) {
        return paths.stream().filter(path -> path.path().equals(requested)).findFirst().orElse(null);
    }

    boolean trusts(IpAddress source) {
        return trustedProxies.stream().anyMatch(prefix -> prefix.contains(source));
    }

    boolean allowsOrigin(String origin) {
        return origins.isEmpty() || origins.stream().anyMatch(origin::equalsIgnoreCase);
    }
}
