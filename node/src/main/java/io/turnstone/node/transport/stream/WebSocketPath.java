package io.turnstone.node.transport.stream;

/**
 * A path of a WebSocket listener that has a subprotocol of its own. Immutable, any thread.
 *
 * @param path of the request's target, without its query
 * @param subprotocol which a client has to offer that offers any
 */
public record WebSocketPath(String path, String subprotocol) {
    public WebSocketPath {
        Settings.check(path.startsWith("/"), "path", "'" + path + "'", "one that begins with /");
        Settings.check(StreamListener.isToken(subprotocol), "subprotocol of " + path, "'" + subprotocol + "'",
            "a token (RFC 9110 §5.6.2)");
    }
}
