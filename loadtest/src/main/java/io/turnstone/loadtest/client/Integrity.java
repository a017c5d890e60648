package io.turnstone.loadtest.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a long-term credential is proved with (RFC 8489 §9.2.2, §14.5, §14.6). Any thread. */
public enum Integrity {
    /** MESSAGE-INTEGRITY: HMAC-SHA1 under the MD5 key, as RFC 5389 clients do and browsers still do. */
    SHA1(Stun.MESSAGE_INTEGRITY, "HmacSHA1", 20, "MD5", 1),
    /** MESSAGE-INTEGRITY-SHA256 under the SHA-256 key, chosen from the server's PASSWORD-ALGORITHMS. */
    SHA256(Stun.MESSAGE_INTEGRITY_SHA256, "HmacSHA256", 32, "SHA-256", 2);

    private final int attribute;
    private final String macName;
    private final int macBytes;
    private final String digestName;
    private final int passwordAlgorithm;

    Integrity(int attribute, String macName, int macBytes, String digestName, int passwordAlgorithm) {
        this.attribute = attribute;
        this.macName = macName;
        this.macBytes = macBytes;
        this.digestName = digestName;
        this.passwordAlgorithm = passwordAlgorithm;
    }

    int attribute() {
        return attribute;
    }

    int macBytes() {
        return macBytes;
    }

    /** The number in PASSWORD-ALGORITHM (RFC 8489 §18.5). */
    int passwordAlgorithm() {
        return passwordAlgorithm;
    }

    /** The long-term key: a digest of {@code username:realm:password} (RFC 8489 §9.2.2). */
    byte[] key(String username, String realm, String password) {
        return digest(digestName, username + ":" + realm + ":" + password);
    }

    byte[] mac(byte[] key, byte[] message, int length) {
        try {
            Mac mac = Mac.getInstance(macName);
            mac.init(new SecretKeySpec(key, macName));
            mac.update(message, 0, length);
            return Arrays.copyOf(mac.doFinal(), macBytes);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(macName + " is not in this JDK", missing);
        }
    }

    /** The value of USERHASH (RFC 8489 §14.4). */
    static byte[] userhash(String username, String realm) {
        return digest("SHA-256", username + ":" + realm);
    }

    private static byte[] digest(String name, String text) {
        try {
            return MessageDigest.getInstance(name).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(name + " is not in this JDK", missing);
        }
    }
}
