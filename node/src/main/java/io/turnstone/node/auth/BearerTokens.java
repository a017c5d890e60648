package io.turnstone.node.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.protocol.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks the bearer tokens of SIP requests: JSON Web Tokens (RFC 7519) in compact form that an issuer has signed (RFC 7515
 * §5.2), with what RFC 8725 says against tricks. Any thread. Keeps nothing of a token, so that a key which the issuer takes
 * back proves nothing from then on.
 */
public final class BearerTokens {
    private static final double MS_PER_SECOND = 1_000;

    private final TokenSettings settings;
    private final Supplier<JsonWebKeys> keys;
    private final Runnable onUnknownKey;

    /** What a token is worth. */
    sealed interface Verdict {
        /** The issuer says that it is this user. */
        record Accepted(String user) implements Verdict {}

        /** Nothing; the reason is for whoever looks after the server. */
        record Refused(String reason) implements Verdict {}
    }

    /**
     * @param keys the issuer's, as they are known now
     * @param onUnknownKey is called when a token names a key that is not among them: there may be newer ones
     */
    public BearerTokens(TokenSettings settings, Supplier<JsonWebKeys> keys, Runnable onUnknownKey) {
        this.settings = settings;
        this.keys = keys;
        this.onUnknownKey = onUnknownKey;
    }

    /** Where clients get tokens; empty if that is not told. */
    String authorizationServer() {
        return settings.authorizationServer();
    }

    /** @param nowMs epoch milliseconds */
    Verdict verify(String token, long nowMs) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first <= 0 || second < 0 || token.indexOf('.', second + 1) >= 0) {
            return new Verdict.Refused("it is no signed JSON Web Token");
        }
        JsonObject header = object(token.substring(0, first));
        JsonObject claims = object(token.substring(first + 1, second));
        byte[] signature = decode(token.substring(second + 1));
        if (header == null || claims == null || signature == null) {
            return new Verdict.Refused("a part of it cannot be read");
        }
        String wrong = wrongSignature(header, token.substring(0, second).getBytes(US_ASCII), signature);
        if (wrong.isEmpty()) {
            wrong = wrongClaim(claims, nowMs);
        }
        if (!wrong.isEmpty()) {
            return new Verdict.Refused(wrong);
        }
        String user = claims.text(settings.userClaim());
        return user == null || user.isEmpty() || user.chars().anyMatch(Character::isISOControl)
            ? new Verdict.Refused(settings.userClaim() + " names no user")
            : new Verdict.Accepted(user);
    }

    /** Why the signature proves nothing; empty if it proves that the issuer wrote the claims. */
    private String wrongSignature(JsonObject header, byte[] signed, byte[] signature) {
        JwsAlgorithm algorithm = JwsAlgorithm.of(header.text("alg"));
        if (algorithm == null) {
            return "its algorithm is not taken";
        }
        if (header.has("crit") || !isAccessToken(header)) {
            return "it is a token for something else";
        }
        List<PublicKey> candidates = keys.get().candidates(header.text("kid"), algorithm);
        if (candidates.isEmpty()) {
            onUnknownKey.run();
            return "its key is not known";
        }
        return candidates.stream().anyMatch(key -> algorithm.verifies(key, signed, signature))
            ? ""
            : "its signature is wrong";
    }

    /** RFC 7519 §5.1, RFC 9068 §2.1; other types may have the same claims and mean something else (RFC 8725 §3.11). */
    private static boolean isAccessToken(JsonObject header) {
        String type = header.text("typ");
        if (type == null) {
            return !header.has("typ");
        }
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "jwt", "at+jwt", "application/at+jwt" -> true;
            default -> false;
        };
    }

    /** Why the claims are not for us, or not now; empty if they are. */
    private String wrongClaim(JsonObject claims, long nowMs) {
        if (!settings.issuer().equals(claims.text("iss"))) {
            return "its issuer is another";
        }
        if (!claims.texts("aud").contains(settings.audience())) {
            return "it is for another audience";
        }
        OptionalDouble expiryS = claims.number("exp");
        if (expiryS.isEmpty()) {
            return "it does not say when it expires";
        }
        if (nowMs >= expiryS.getAsDouble() * MS_PER_SECOND + settings.clockSkewMs()) {
            return "it has expired";
        }
        OptionalDouble notBeforeS = claims.number("nbf");
        boolean early = notBeforeS.isPresent()
            ? nowMs < notBeforeS.getAsDouble() * MS_PER_SECOND - settings.clockSkewMs()
            : claims.has("nbf");
        return early ? "it is not good yet" : "";
    }

    private static @Nullable JsonObject object(String part) {
        byte[] octets = decode(part);
        if (octets == null) {
            return null;
        }
        try {
            return JsonObject.parse(UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    /** RFC 7515 §2: base64url without padding. */
    private static byte @Nullable [] decode(String part) {
        try {
            return part.indexOf('=') >= 0 ? null : Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
