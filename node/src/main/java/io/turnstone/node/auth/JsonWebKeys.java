package io.turnstone.node.auth;

import io.turnstone.protocol.json.JsonObject;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of public keys by which tokens are verified (JWK Set, RFC 7517 §5; RFC 7518 §6, RFC 8037 §2). Immutable, any thread.
 *
 * <p>Keys of other kinds, uses and curves are passed over, as §5 wants it.
 */
public final class JsonWebKeys {
    /** RFC 7518 §3.3. */
    private static final int RSA_BITS_MIN = 2048;
    private static final int ED25519_OCTETS = 32;

    private final List<Key> keys;

    /**
     * One key.
     *
     * @param id {@code kid}; empty without
     * @param algorithm {@code alg}; empty where any that takes the key may be used
     */
    private record Key(String id, String algorithm, PublicKey publicKey) {}

    private JsonWebKeys(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /** A set without keys. */
    public static JsonWebKeys none() {
        return new JsonWebKeys(List.of());
    }

    /** Reads a set; null if the text is none. */
    public static @Nullable JsonWebKeys parse(String text) {
        JsonObject set = JsonObject.parse(text);
        if (set == null || !set.has("keys")) {
            return null;
        }
        List<Key> keys = new ArrayList<>();
        for (JsonObject each : set.objects("keys")) {
            PublicKey publicKey = isForSignatures(each) ? publicKey(each) : null;
            if (publicKey != null) {
                keys.add(new Key(text(each, "kid"), text(each, "alg"), publicKey));
            }
        }
        return new JsonWebKeys(keys);
    }

    /** How many there are that can be used. */
    public int size() {
        return keys.size();
    }

    /** The keys that may have made such a signature: those of that id, or all where the token names none. */
    List<PublicKey> candidates(@Nullable String id, JwsAlgorithm algorithm) {
        return keys.stream()
            .filter(key -> id == null || key.id.equals(id))
            .filter(key -> key.algorithm.isEmpty() || key.algorithm.equals(algorithm.label()))
            .map(Key::publicKey)
            .filter(algorithm::takes)
            .toList();
    }

    private static boolean isForSignatures(JsonObject key) {
        return !key.has("use") || text(key, "use").equals("sig");
    }

    private static String text(JsonObject object, String name) {
        String text = object.text(name);
        return text == null ? "" : text;
    }

    private static @Nullable PublicKey publicKey(JsonObject key) {
        try {
            return switch (text(key, "kty")) {
                case "RSA" -> rsa(key);
                case "EC" -> curve(key);
                case "OKP" -> edwards(key);
                default -> null;
            };
        } catch (GeneralSecurityException | IllegalArgumentException unusable) {
            return null;
        }
    }

    private static @Nullable PublicKey rsa(JsonObject key) throws GeneralSecurityException {
        BigInteger modulus = number(key, "n");
        return modulus.bitLength() < RSA_BITS_MIN
            ? null
            : KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, number(key, "e")));
    }

    private static @Nullable PublicKey curve(JsonObject key) throws GeneralSecurityException {
        String name = switch (text(key, "crv")) {
            case "P-256" -> "secp256r1";
            case "P-384" -> "secp384r1";
            default -> "";
        };
        if (name.isEmpty()) {
            return null;
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        return KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(
                    new ECPoint(number(key, "x"), number(key, "y")),
                    parameters.getParameterSpec(ECParameterSpec.class)));
    }

    /** RFC 8032 §5.1.2: the last bit says whether x is odd, the others are y, the least octet first. */
    private static @Nullable PublicKey edwards(JsonObject key) throws GeneralSecurityException {
        byte[] octets = octets(key, "x");
        if (!text(key, "crv").equals("Ed25519") || octets.length != ED25519_OCTETS) {
            return null;
        }
        byte[] y = new byte[ED25519_OCTETS];
        for (int i = 0; i < ED25519_OCTETS; i++) {
            y[i] = octets[ED25519_OCTETS - 1 - i];
        }
        boolean odd = y[0] < 0;
        y[0] &= 0x7F;
        return KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
    }

    private static BigInteger number(JsonObject key, String name) {
        return new BigInteger(1, octets(key, name));
    }

    private static byte[] octets(JsonObject key, String name) {
        return Base64.getUrlDecoder().decode(text(key, name));
    }
}
