package io.turnstone.node.transport.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Decides about the client's half of a WebSocket handshake (RFC 6455 §4.2.1 and §4.2.2). Pure; any thread. */
final class HandshakeJudge {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final String VERSION_HEADER = "Sec-WebSocket-Version: 13\r\n";
    private static final int KEY_BYTES = 16;

    private final StreamListener listener;

    HandshakeJudge(StreamListener listener) {
        this.listener = listener;
    }

    HandshakeAnswer judge(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return malformed(request.decoderResult().cause());
        }
        if (!request.method().equals(HttpMethod.GET)) {
            return HandshakeAnswer.refuse(405, "Method Not Allowed", "Allow: GET\r\n", "Only GET is known here.");
        }
        HttpHeaders headers = request.headers();
        if (hasBody(headers)) {
            return bad("A WebSocket handshake has no body.");
        }
        if (!hasToken(headers, HttpHeaderNames.UPGRADE, "websocket")) {
            return HandshakeAnswer.refuse(
                426, "Upgrade Required", "Upgrade: websocket\r\n" + VERSION_HEADER,
                "This is a WebSocket endpoint with subprotocol " + listener.subprotocol() + ".");
        }
        return judgeUpgrade(request, headers);
    }

    private HandshakeAnswer judgeUpgrade(HttpRequest request, HttpHeaders headers) {
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)
            || headers.getAll(HttpHeaderNames.HOST).size() != 1
            || !hasToken(headers, HttpHeaderNames.CONNECTION, "upgrade")) {
            return bad("A WebSocket handshake is HTTP/1.1 with Host and Connection: Upgrade.");
        }
        String key = only(headers, HttpHeaderNames.SEC_WEBSOCKET_KEY);
        if (!isKey(key)) {
            return bad("Sec-WebSocket-Key is not 16 octets in base64.");
        }
        if (!VERSION.equals(only(headers, HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return HandshakeAnswer
                .refuse(426, "Upgrade Required", VERSION_HEADER, "Only version 13 of WebSocket is known here.");
        }
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin != null && !listener.allowsOrigin(origin)) {
            return HandshakeAnswer
                .refuse(HandshakeAnswer.FORBIDDEN, "Forbidden", "", "Pages of that origin may not connect.");
        }
        return judgeSubprotocol(accept(String.valueOf(key)), listener.path(path(request.uri())), headers);
    }

    private HandshakeAnswer judgeSubprotocol(String key, @Nullable WebSocketPath path, HttpHeaders headers) {
        String wanted = path == null ? listener.subprotocol() : path.subprotocol();
        String place = path == null ? "" : path.path();
        if (offers(headers, wanted)) {
            return HandshakeAnswer.accept(key, wanted, place);
        }
        // RFC 6455 §4.1: a client that offers nothing fails if it is answered something.
        return path != null && !headers.contains(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)
            ? HandshakeAnswer.accept(key, "", place)
            : bad("Subprotocol " + wanted + " is not offered.");
    }

    private static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static HandshakeAnswer malformed(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ ->
                HandshakeAnswer.refuse(414, "URI Too Long", "", "The request's first line is too long.");
            case TooLongHttpHeaderException _ ->
                HandshakeAnswer
                    .refuse(431, "Request Header Fields Too Large", "", "The request's header fields are too long.");
            default -> bad("That is not HTTP/1.1.");
        };
    }

    private static HandshakeAnswer bad(String explanation) {
        return HandshakeAnswer.refuse(400, "Bad Request", "", explanation);
    }

    static boolean hasBody(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
            || (length != null && !length.strip().equals("0"));
    }

    /** The value of a field that may be there once; null otherwise. */
    private static @Nullable String only(HttpHeaders headers, CharSequence name) {
        return headers.getAll(name).size() == 1 ? headers.get(name) : null;
    }

    /** Whether a comma-separated field has that token, in any case. */
    private static boolean hasToken(HttpHeaders headers, CharSequence name, String token) {
        return headers.containsValue(name, token, true);
    }

    private static boolean offers(HttpHeaders headers, String subprotocol) {
        return headers.containsValue(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, subprotocol, false);
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** RFC 6455 §4.2.2, step 5.4. */
    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key.strip() + GUID).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-1", impossible);
        }
    }
}
