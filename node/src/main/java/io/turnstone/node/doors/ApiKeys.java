package io.turnstone.node.doors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key that a request proves itself by. Every secret is compared to its end, whether it differs early or late.
 * Immutable, any thread.
 */
final class ApiKeys {
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private final List<ApiKey> keys;

    ApiKeys(List<ApiKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** The key with that secret, or null. */
    @Nullable
    ApiKey bySecret(String secret) {
        ApiKey found = null;
        for (ApiKey key : keys) {
            if (isEqual(key.secret(), secret)) {
                found = key;
            }
        }
        return found;
    }

    /** The key with that secret if it has that name, or null. */
    @Nullable
    ApiKey byNameAndSecret(String name, String secret) {
        ApiKey key = bySecret(secret);
        return key != null && key.name().equals(name) ? key : null;
    }

    /** By {@code Authorization: Bearer} (RFC 6750 §2.1). */
    @Nullable
    ApiKey byBearer(String authorization) {
        return hasScheme(authorization, BEARER) ? bySecret(authorization.substring(BEARER.length()).strip()) : null;
    }

    /** By {@code Authorization: Basic} (RFC 7617 §2), the name being the user. */
    @Nullable
    ApiKey byBasic(String authorization) {
        if (!hasScheme(authorization, BASIC)) {
            return null;
        }
        try {
            byte[] octets = Base64.getDecoder().decode(authorization.substring(BASIC.length()).strip());
            String pair = new String(octets, UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? null : byNameAndSecret(pair.substring(0, colon), pair.substring(colon + 1));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private static boolean hasScheme(String authorization, String scheme) {
        return authorization.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    private static boolean isEqual(String expected, String sent) {
        return MessageDigest.isEqual(sent.getBytes(UTF_8), expected.getBytes(UTF_8));
    }
}
