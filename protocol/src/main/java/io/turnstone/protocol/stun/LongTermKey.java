package io.turnstone.protocol.stun;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of the long-term credential mechanism: a hash of {@code username:realm:password} (RFC 8489 §9.2.2, §18.5.1).
 * Any thread. All three are processed by {@link OpaqueString} first.
 */
public final class LongTermKey {
    private LongTermKey() {}

    /** 16 octets for MD5, 32 for SHA-256; good for {@link MessageIntegrity} with either HMAC. */
    public static SecretKey of(PasswordAlgorithm algorithm, String username, String realm, String password) {
        String text = OpaqueString.enforce(username)
            + ':'
            + OpaqueString.enforce(realm)
            + ':'
            + OpaqueString.enforce(password);
        return switch (algorithm) {
            case MD5 -> new SecretKeySpec(digest("MD5", text), "HMAC");
            case SHA_256 -> new SecretKeySpec(digest("SHA-256", text), "HMAC");
        };
    }

    static byte[] digest(String algorithm, String text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this JDK has no " + algorithm, impossible);
        }
    }
}
