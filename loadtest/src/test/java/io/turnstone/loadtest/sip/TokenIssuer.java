package io.turnstone.loadtest.sip;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An identity provider's signing key: issues JSON Web Tokens by ES256 (RFC 7518 §3.4). */
public final class TokenIssuer {
    private static final int COORDINATE_OCTETS = 32;

    private final String keyId;
    private final KeyPair keys;

    public TokenIssuer(String keyId) {
        this.keyId = keyId;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            this.keys = generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new AssertionError(missing);
        }
    }

    /** The JWK Set (RFC 7517 §5) with the public keys of these. */
    public static String keySet(TokenIssuer... issuers) {
        return Stream.of(issuers).map(TokenIssuer::key).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    private String key() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"" + keyId + "\",\"x\":\""
            + base64(coordinate(key.getW().getAffineX())) + "\",\"y\":\"" + base64(coordinate(key.getW().getAffineY()))
            + "\"}";
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] signed = number.toByteArray();
        byte[] padded = new byte[COORDINATE_OCTETS];
        int from = Math.max(0, signed.length - COORDINATE_OCTETS);
        byte[] magnitude = Arrays.copyOfRange(signed, from, signed.length);
        System.arraycopy(magnitude, 0, padded, COORDINATE_OCTETS - magnitude.length, magnitude.length);
        return padded;
    }

    /** A signed token with these claims. */
    public String token(String claims) {
        String header = "{\"alg\":\"ES256\",\"kid\":\"" + keyId + "\",\"typ\":\"JWT\"}";
        String signed = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(UTF_8));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException missing) {
            throw new AssertionError(missing);
        }
    }

    private static String base64(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }
}
