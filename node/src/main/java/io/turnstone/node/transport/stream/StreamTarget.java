package io.turnstone.node.transport.stream;

import io.turnstone.protocol.net.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where an outbound connection leads. Immutable, any thread.
 *
 * @param transport {@link StreamTransport#TCP} or {@link StreamTransport#TLS}
 * @param serverName what the server's certificate must name (RFC 6066 §3, RFC 9525): a host name or an IP literal; null for TCP
 */
public record StreamTarget(StreamTransport transport, TransportAddress remote, @Nullable String serverName) {
    public StreamTarget {
        Settings.check(!transport.isWebSocket(), "transport of a target", transport, "TCP or TLS");
        Settings.check(
            transport.isSecure() == (serverName != null), "server name of " + transport, String.valueOf(serverName),
            transport.isSecure() ? "the name in the server's certificate" : "none");
        Settings.check(remote.port() > 0, "port of a target", remote.port(), "1 to 65535");
    }

    public static StreamTarget tcp(TransportAddress remote) {
        return new StreamTarget(StreamTransport.TCP, remote, null);
    }

    public static StreamTarget tls(TransportAddress remote, String serverName) {
        return new StreamTarget(StreamTransport.TLS, remote, serverName);
    }
}
