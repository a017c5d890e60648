package io.turnstone.node.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Credentials that a web service hands out for a time and this server checks without asking it: the TURN REST API
 * (draft-uberti-behave-turn-rest-00 §2.2). Immutable, any thread.
 *
 * <p>The username is {@code expiry:user}, or just {@code expiry}, in epoch seconds; as coturn does, {@code user:expiry} is
 * taken too. The password is the username's HMAC with a shared secret in base64, by SHA-1 or SHA-256.
 *
 * @param secrets any of them may have made the password
 * @param separator between expiry and user
 */
public record RestSecrets(List<String> secrets, char separator) {
    /** The separator that the draft and coturn use. */
    public static final char DEFAULT_SEPARATOR = ':';

    private static final List<String> ALGORITHMS = List.of("HmacSHA1", "HmacSHA256");
    private static final int EXPIRY_DIGITS_MAX = 15;
    private static final long MS_PER_SECOND = 1000;

    public RestSecrets {
        secrets = List.copyOf(secrets);
    }

    /** When a username's time ends in epoch milliseconds, or empty if it is none of ours. */
    public OptionalLong expiryMs(String username) {
        if (secrets.isEmpty()) {
            return OptionalLong.empty();
        }
        int at = username.indexOf(separator);
        String first = at < 0 ? username : username.substring(0, at);
        String expiry = isNumber(first) ? first : username.substring(at + 1);
        return isNumber(expiry) ? OptionalLong.of(Long.parseLong(expiry) * MS_PER_SECOND) : OptionalLong.empty();
    }

    /** Who stands behind the username, whatever its expiry: the part beside it, or all of it where there is none. */
    public String account(String username) {
        int at = username.indexOf(separator);
        if (at < 0) {
            return username;
        }
        return isNumber(username.substring(0, at)) ? username.substring(at + 1) : username.substring(0, at);
    }

    /** Every password that goes with the username. */
    public List<String> passwords(String username) {
        List<String> passwords = new ArrayList<>(secrets.size() * ALGORITHMS.size());
        for (String secret : secrets) {
            for (String algorithm : ALGORITHMS) {
                passwords.add(password(algorithm, secret, username));
            }
        }
        return passwords;
    }

    private static String password(String algorithm, String secret, String username) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
            return Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every JDK has " + algorithm, impossible);
        }
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty()
            && text.length() <= EXPIRY_DIGITS_MAX
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public String toString() {
        return "RestSecrets[" + secrets.size() + " secrets]";
    }
}
