package io.turnstone.loadtest.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who the client says it is, and how it proves it. Immutable.
 *
 * @param hideUsername sends USERHASH in place of USERNAME (RFC 8489 §9.2.4)
 */
public record Credentials(String username, String password, Integrity integrity, boolean hideUsername) {
    /** A long-term credential as RFC 5389 clients and browsers use it. */
    public static Credentials longTerm(String username, String password) {
        return new Credentials(username, password, Integrity.SHA1, false);
    }

    /**
     * A credential of the TURN REST API (draft-uberti-behave-turn-rest): the user name starts with the second at which
     * it expires, the password is the HMAC of the user name under the shared secret.
     *
     * @param macName {@code HmacSHA1} or {@code HmacSHA256}
     */
    public static Credentials rest(String secret, String user, long expiryEpochSeconds, String macName) {
        String username = expiryEpochSeconds + ":" + user;
        try {
            Mac mac = Mac.getInstance(macName);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), macName));
            byte[] password = mac.doFinal(username.getBytes(StandardCharsets.UTF_8));
            return longTerm(username, Base64.getEncoder().encodeToString(password));
        } catch (GeneralSecurityException missing) {
            throw new IllegalArgumentException(macName + " is no HMAC of this JDK", missing);
        }
    }

    public Credentials with(Integrity otherIntegrity) {
        return new Credentials(username, password, otherIntegrity, hideUsername);
    }

    public Credentials hidden() {
        return new Credentials(username, password, integrity, true);
    }

    byte[] key(String realm) {
        return integrity.key(username, realm, password);
    }
}
