package io.turnstone.node.transport.stream;

/** What carries a flow. */
public enum StreamTransport {
    /** Octets over TCP. */
    TCP(false, false),
    /** Octets over TLS (RFC 8446, RFC 5246). */
    TLS(true, false),
    /** Messages over a WebSocket (RFC 6455). */
    WS(false, true),
    /** Messages over a WebSocket over TLS. */
    WSS(true, true);

    private final boolean secure;
    private final boolean webSocket;

    StreamTransport(boolean secure, boolean webSocket) {
        this.secure = secure;
        this.webSocket = webSocket;
    }

    public boolean isSecure() {
        return secure;
    }

    public boolean isWebSocket() {
        return webSocket;
    }
}
