package io.turnstone.node.transport.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * What a WebSocket handshake is answered with. Immutable.
 *
 * @param status of the HTTP response (RFC 9110 §15)
 * @param phrase its reason phrase
 * @param headers lines that end with CRLF
 * @param explanation one sentence for who asked, ASCII; empty for 101
 * @param path that has a subprotocol of its own; empty for any other one
 */
record HandshakeAnswer(int status, String phrase, String headers, String explanation, String path) {
    static final int SWITCHING_PROTOCOLS = 101;
    static final int FORBIDDEN = 403;

    /** @param subprotocol empty for none */
    static HandshakeAnswer accept(String key, String subprotocol, String path) {
        return new HandshakeAnswer(
            SWITCHING_PROTOCOLS, "Switching Protocols",
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + key
                + (subprotocol.isEmpty() ? "" : "\r\nSec-WebSocket-Protocol: " + subprotocol) + "\r\n",
            "", path);
    }

    static HandshakeAnswer refuse(int status, String phrase, String headers, String explanation) {
        return new HandshakeAnswer(status, phrase, headers, explanation, "");
    }

    boolean isAccepted() {
        return status == SWITCHING_PROTOCOLS;
    }

    byte[] toBytes() {
        StringBuilder text = new StringBuilder(256).append("HTTP/1.1 ")
            .append(status)
            .append(' ')
            .append(phrase)
            .append("\r\n")
            .append(headers);
        if (!isAccepted()) {
            text.append("Connection: close\r\nContent-Type: text/plain\r\nContent-Length: ")
                .append(explanation.length() + 1)
                .append("\r\n");
        }
        text.append("\r\n").append(explanation);
        return text.append(isAccepted() ? "" : "\n").toString().getBytes(US_ASCII);
    }
}
