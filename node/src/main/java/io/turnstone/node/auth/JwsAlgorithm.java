package io.turnstone.node.auth;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.jspecify.annotations.Nullable;

/**
 * The signatures of a JSON Web Token that are taken (RFC 7518 §3.1, RFC 8037 §3.1): those by a public key, so that nobody
 * who can verify can also make one, and never {@code none}.
 */
enum JwsAlgorithm {
    RS256("RS256", "SHA256withRSA", RSAPublicKey.class, 0),
    RS384("RS384", "SHA384withRSA", RSAPublicKey.class, 0),
    RS512("RS512", "SHA512withRSA", RSAPublicKey.class, 0),
    ES256("ES256", "SHA256withECDSAinP1363Format", ECPublicKey.class, 256),
    ES384("ES384", "SHA384withECDSAinP1363Format", ECPublicKey.class, 384),
    EDDSA("EdDSA", "Ed25519", EdECPublicKey.class, 0);

    private final String label;
    private final String signature;
    private final Class<? extends PublicKey> keyType;
    private final int fieldBits;

    /** @param fieldBits of an elliptic curve, which the algorithm has only one of (RFC 7518 §3.4); 0 for other keys */
    JwsAlgorithm(String label, String signature, Class<? extends PublicKey> keyType, int fieldBits) {
        this.label = label;
        this.signature = signature;
        this.keyType = keyType;
        this.fieldBits = fieldBits;
    }

    /** The algorithm of that name, in exactly that case, or null. */
    static @Nullable JwsAlgorithm of(@Nullable String label) {
        for (JwsAlgorithm algorithm : values()) {
            if (algorithm.label.equals(label)) {
                return algorithm;
            }
        }
        return null;
    }

    /** What stands in {@code alg}. */
    String label() {
        return label;
    }

    /** Whether signatures of this algorithm are made with such a key. */
    boolean takes(PublicKey key) {
        return keyType.isInstance(key)
            && (!(key instanceof ECPublicKey curve) || curve.getParams().getOrder().bitLength() == fieldBits);
    }

    /** Whether the key made the signature of the signed octets. */
    boolean verifies(PublicKey key, byte[] signed, byte[] made) {
        try {
            Signature verifier = Signature.getInstance(signature);
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(made);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }
}
