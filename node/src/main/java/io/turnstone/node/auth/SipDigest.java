package io.turnstone.node.auth;

import io.turnstone.protocol.stun.PasswordAlgorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * The {@code response} of digest access authentication (RFC 7616 §3.4.1, RFC 3261 §22.4), in lower-case hexadecimal
 * digits. One thread. H(A1) is what the long-term credential mechanism of STUN has for a key, so that SIP and TURN share
 * users.
 *
 * <pre>
 * with qop:    H(H(A1) ":" nonce ":" nc ":" cnonce ":" qop ":" H(method ":" uri))
 * without:     H(H(A1) ":" nonce ":" H(method ":" uri))
 * </pre>
 */
final class SipDigest {
    private static final byte[] HEX_DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd',
        'e', 'f'};
    private static final int INITIAL_CAPACITY = 256;

    private final MessageDigest digest;
    private byte[] octets = new byte[INITIAL_CAPACITY];
    private int length;

    SipDigest(PasswordAlgorithm algorithm) {
        String name = switch (algorithm) {
            case MD5 -> "MD5";
            case SHA_256 -> "SHA-256";
        };
        try {
            digest = MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has " + name, impossible);
        }
    }

    SipDigest begin() {
        length = 0;
        return this;
    }

    SipDigest put(DirectBuffer buffer, int start, int end) {
        require(end - start);
        buffer.getBytes(start, octets, length, end - start);
        length += end - start;
        return this;
    }

    SipDigest put(byte[] part) {
        require(part.length);
        System.arraycopy(part, 0, octets, length, part.length);
        length += part.length;
        return this;
    }

    SipDigest colon() {
        require(1);
        octets[length++] = ':';
        return this;
    }

    private void require(int more) {
        if (length + more > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(length + more, 2 * octets.length));
        }
    }

    /** The hash of all that was put, in hexadecimal digits. */
    byte[] hash() {
        digest.update(octets, 0, length);
        return hex(digest.digest());
    }

    static byte[] hex(byte[] hash) {
        byte[] digits = new byte[2 * hash.length];
        for (int i = 0; i < hash.length; i++) {
            digits[2 * i] = HEX_DIGITS[hash[i] >> 4 & 0xF];
            digits[2 * i + 1] = HEX_DIGITS[hash[i] & 0xF];
        }
        return digits;
    }
}
