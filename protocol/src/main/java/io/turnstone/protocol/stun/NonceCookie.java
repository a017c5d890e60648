package io.turnstone.protocol.stun;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The beginning of a NONCE by which a server says what it supports, so that nobody in between can take it away (RFC 8489
 * §9.2, §18.1): {@code obMatJos2} and 24 bits of security features in base64. What follows belongs to the nonce's maker.
 * Any thread.
 *
 * <p>Bit 0 is the most significant, as the RFC's text has it; its example in appendix B.1 counts from the other end.
 */
public final class NonceCookie {
    /** Security feature bit 0, the most significant of the 24. */
    public static final int PASSWORD_ALGORITHMS = 1 << 23;

    /** Security feature bit 1. */
    public static final int USERNAME_ANONYMITY = 1 << 22;

    /** Characters of the cookie and the features. */
    public static final int LENGTH = 13;

    /** What {@link #features} returns for a nonce without the cookie. */
    public static final int ABSENT = -1;

    private static final String COOKIE = "obMatJos2";

    private NonceCookie() {}

    public static String encode(int features) {
        byte[] bits = {(byte) (features >>> 16), (byte) (features >>> 8), (byte) features};
        return COOKIE + Base64.getEncoder().encodeToString(bits);
    }

    /** @return the 24 bits, or {@link #ABSENT} if the nonce begins otherwise */
    public static int features(String nonce) {
        if (nonce.length() < LENGTH || !nonce.startsWith(COOKIE)) {
            return ABSENT;
        }
        byte[] text = nonce.substring(COOKIE.length(), LENGTH).getBytes(StandardCharsets.ISO_8859_1);
        try {
            byte[] bits = Base64.getDecoder().decode(text);
            return bits.length == 3 ? (bits[0] & 0xFF) << 16 | (bits[1] & 0xFF) << 8 | (bits[2] & 0xFF) : ABSENT;
        } catch (IllegalArgumentException notBase64) {
            return ABSENT;
        }
    }
}
