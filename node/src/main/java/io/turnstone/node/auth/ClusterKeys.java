package io.turnstone.node.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The keys that every node of a cluster derives alike from the configured secret. Immutable, any thread.
 *
 * <p>Each {@link Purpose} has its own key: HKDF-SHA256 (RFC 5869) with the purpose's label as {@code info}, so a key that
 * leaks says nothing about the others. Up to two secrets are valid at a time: the first one signs, both verify. A
 * cluster changes its secret without an interruption in three rolling steps: {@code [old, new]}, then {@code [new, old]},
 * then {@code [new]}.
 */
public final class ClusterKeys {
    /** How long a derived key is. */
    public static final int KEY_BYTES = 32;

    /** How many secrets are valid at a time. */
    public static final int GENERATIONS_MAX = 2;

    private static final byte[] SALT = "turnstone cluster keys 1".getBytes(StandardCharsets.US_ASCII);

    private final Map<Purpose, List<byte[]>> keysByPurpose = new EnumMap<>(Purpose.class);

    /** What a key is good for. The label goes into the derivation and so never changes. */
    public enum Purpose {
        /** Nonces of the long-term credential mechanism (RFC 8489 §9.2). */
        NONCE("nonce"),
        /** Mobility tickets (RFC 8016 §3). */
        TICKET("ticket"),
        /** Tokens in Record-Route that name a dialog's bindings. */
        DIALOG_TOKEN("dialog-token"),
        /** Branches of requests that are sent on, which every node chooses alike. */
        BRANCH("branch"),
        /** What a member of a room proves by, at any node, that it was in it. */
        ROOM("room"),
        /** Frames between nodes. */
        FABRIC("fabric");

        private final String label;

        Purpose(String label) {
            this.label = label;
        }
    }

    private ClusterKeys(List<byte[]> secrets) {
        for (Purpose purpose : Purpose.values()) {
            keysByPurpose.put(purpose, secrets.stream().map(secret -> derive(secret, purpose)).toList());
        }
    }

    /**
     * @param secrets the signing secret, then perhaps the other valid one; the same on every node
     * @throws IllegalArgumentException for no secret, more than two, or an empty one
     */
    public static ClusterKeys ofSecrets(List<String> secrets) {
        if (secrets.isEmpty() || secrets.size() > GENERATIONS_MAX || secrets.contains("")) {
            throw new IllegalArgumentException(
                secrets.size() + " cluster secrets are given; allowed are 1 to " + GENERATIONS_MAX + ", none empty");
        }
        return new ClusterKeys(secrets.stream().map(secret -> secret.getBytes(StandardCharsets.UTF_8)).toList());
    }

    /** Keys that only this process knows: for a single node without a configured secret. */
    public static ClusterKeys random(SecureRandom random) {
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        return new ClusterKeys(List.of(secret));
    }

    /** How many generations are valid: generation 0 signs, all of them verify. */
    public int generations() {
        return keysByPurpose.values().iterator().next().size();
    }

    /** A copy of the {@value #KEY_BYTES} octets of one key. */
    public byte[] key(Purpose purpose, int generation) {
        List<byte[]> keys = keysByPurpose.getOrDefault(purpose, List.of());
        return keys.get(generation).clone();
    }

    private static byte[] derive(byte[] secret, Purpose purpose) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                .deriveData(
                    HKDFParameterSpec.ofExtract()
                        .addIKM(secret)
                        .addSalt(SALT)
                        .thenExpand(purpose.label.getBytes(StandardCharsets.US_ASCII), KEY_BYTES));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every JDK from 25 on has HKDF-SHA256 (JEP 510)", impossible);
        }
    }
}
