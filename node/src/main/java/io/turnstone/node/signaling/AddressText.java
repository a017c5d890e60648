package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipUri;
import java.nio.charset.StandardCharsets;

/**
 * How an address-of-record is written as a key: {@code user@host} with the escapes of the user resolved and the host in
 * lower case, or {@code host} alone. Whatever else a URI has (scheme, port, parameters) does not count (RFC 3261 §10.3
 * step 5). Any thread.
 */
final class AddressText {
    private static final String UNESCAPED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()&=+$,;?/";
    private static final int ESCAPED_MAX = 0xFF;

    private AddressText() {}

    /** Of a SIP or SIPS URI. Allocates. */
    static String of(SipUri uri) {
        return uri.hasUser() ? uri.user() + '@' + uri.host() : uri.host();
    }

    /** The user, empty without; may hold an at sign itself. */
    static String user(String text) {
        int at = text.lastIndexOf('@');
        return at < 0 ? "" : text.substring(0, at);
    }

    /** The URI of an address-of-record. */
    static String uri(String text) {
        int at = text.lastIndexOf('@');
        return at < 0 ? "sip:" + text : "sip:" + escape(text.substring(0, at), UNESCAPED) + text.substring(at);
    }

    /** The text with every octet escaped that does not stand in {@code unescaped} (RFC 3261 §19.1.2). */
    static String escape(String text, String unescaped) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0 && unescaped.indexOf(octet) >= 0) {
                escaped.append((char) octet);
            } else {
                escaped.append('%').append(String.format("%02X", octet & ESCAPED_MAX));
            }
        }
        return escaped.toString();
    }
}
