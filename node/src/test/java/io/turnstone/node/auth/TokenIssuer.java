package io.turnstone.node.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** Issues JSON Web Tokens and tells its public key, written from RFC 7515 and RFC 7518 apart from the code under test. */
final class TokenIssuer {
    private final String algorithm;
    private final String keyId;
    private final KeyPair keys;

    /** @param algorithm {@code RS256}, {@code ES384} and so on */
    TokenIssuer(String algorithm, String keyId) {
        this.algorithm = algorithm;
        this.keyId = keyId;
        try {
            this.keys = generator(algorithm).generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static KeyPairGenerator generator(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(switch (algorithm.substring(0, 2)) {
            case "RS" -> "RSA";
            case "ES" -> "EC";
            default -> "Ed25519";
        });
        switch (algorithm) {
            case "ES256" -> generator.initialize(new ECGenParameterSpec("secp256r1"));
            case "ES384" -> generator.initialize(new ECGenParameterSpec("secp384r1"));
            case "RS256", "RS384", "RS512" -> generator.initialize(2048);
            default -> {
                return generator;
            }
        }
        return generator;
    }

    /** A JWK Set with nothing but this issuer's key, with more members of that key before the others. */
    String keySet(String more) {
        return "{\"keys\":[" + key(more) + "]}";
    }

    String key(String more) {
        return "{\"kid\":\"" + keyId + "\"," + more + material(keys.getPublic()) + "}";
    }

    private String material(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> "\"kty\":\"RSA\",\"n\":\"" + base64(magnitude(rsa.getModulus(), 0)) + "\",\"e\":\""
                + base64(magnitude(rsa.getPublicExponent(), 0)) + "\"";
            case ECPublicKey curve -> {
                int octets = algorithm.equals("ES256") ? 32 : 48;
                yield "\"kty\":\"EC\",\"crv\":\"P-" + 8 * octets + "\",\"x\":\""
                    + base64(magnitude(curve.getW().getAffineX(), octets)) + "\",\"y\":\""
                    + base64(magnitude(curve.getW().getAffineY(), octets)) + "\"";
            }
            case EdECPublicKey edwards -> {
                byte[] encoded = edwards.getEncoded();
                yield "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
                    + base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)) + "\"";
            }
            default -> throw new AssertionError(key);
        };
    }

    /** The number without sign, the greatest octet first, with leading zeros up to that length. */
    private static byte[] magnitude(BigInteger number, int octets) {
        byte[] signed = number.toByteArray();
        byte[] magnitude = signed[0] == 0 ? Arrays.copyOfRange(signed, 1, signed.length) : signed;
        byte[] padded = new byte[Math.max(octets, magnitude.length)];
        System.arraycopy(magnitude, 0, padded, padded.length - magnitude.length, magnitude.length);
        return padded;
    }

    /** A token with these claims. */
    String token(String claims) {
        return token("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + keyId + "\",\"typ\":\"JWT\"}", claims);
    }

    /** A token with that header. */
    String token(String header, String claims) {
        String signed = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
        return signed + "." + base64(sign(signed.getBytes(UTF_8), keys.getPrivate()));
    }

    private byte[] sign(byte[] octets, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(switch (algorithm.substring(0, 2)) {
                case "RS" -> "SHA" + algorithm.substring(2) + "withRSA";
                case "ES" -> "SHA" + algorithm.substring(2) + "withECDSAinP1363Format";
                default -> "Ed25519";
            });
            signature.initSign(key);
            signature.update(octets);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static String base64(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }
}
