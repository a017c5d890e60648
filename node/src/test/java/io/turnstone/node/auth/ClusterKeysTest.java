package io.turnstone.node.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.turnstone.node.auth.ClusterKeys.Purpose;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class ClusterKeysTest {
    @Test
    void shouldDeriveTheSameKeyOnEveryNodeWhenTheSecretIsTheSame() {
        assertThat(ClusterKeys.ofSecrets(List.of("s3cret")).key(Purpose.NONCE, 0))
            .isEqualTo(ClusterKeys.ofSecrets(List.of("s3cret")).key(Purpose.NONCE, 0))
            .isNotEqualTo(ClusterKeys.ofSecrets(List.of("other")).key(Purpose.NONCE, 0))
            .hasSize(ClusterKeys.KEY_BYTES);
    }

    @Test
    void shouldDeriveByExtractAndExpandOfRfc5869() throws GeneralSecurityException {
        byte[] pseudoRandomKey = hmac("turnstone cluster keys 1".getBytes(StandardCharsets.US_ASCII), "s3cret", "");
        assertThat(ClusterKeys.ofSecrets(List.of("s3cret")).key(Purpose.FABRIC, 0))
            .isEqualTo(hmac(pseudoRandomKey, "fabric", "\u0001"));
    }

    @Test
    void shouldGiveEachPurposeItsOwnKey() {
        ClusterKeys keys = ClusterKeys.ofSecrets(List.of("s3cret"));
        assertThat(keys.key(Purpose.NONCE, 0)).isNotEqualTo(keys.key(Purpose.TICKET, 0));
        assertThat(keys.key(Purpose.FABRIC, 0)).isNotEqualTo(keys.key(Purpose.DIALOG_TOKEN, 0));
    }

    @Test
    void shouldKeepTheOtherSecretAsGenerationOne() {
        ClusterKeys keys = ClusterKeys.ofSecrets(List.of("new", "old"));
        assertThat(keys.generations()).isEqualTo(2);
        assertThat(keys.key(Purpose.TICKET, 1))
            .isEqualTo(ClusterKeys.ofSecrets(List.of("old")).key(Purpose.TICKET, 0));
    }

    @Test
    void shouldMakeKeysOfItsOwnWhenNoSecretIsSet() {
        SecureRandom random = new SecureRandom();
        assertThat(ClusterKeys.random(random).key(Purpose.NONCE, 0))
            .isNotEqualTo(ClusterKeys.random(random).key(Purpose.NONCE, 0));
    }

    @Test
    void shouldRefuseMoreSecretsThanGenerations() {
        assertThatIllegalArgumentException().isThrownBy(() -> ClusterKeys.ofSecrets(List.of("a", "b", "c")))
            .withMessage("3 cluster secrets are given; allowed are 1 to 2, none empty");
    }

    private static byte[] hmac(byte[] key, String... parts) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HMAC"));
        for (String part : parts) {
            mac.update(part.getBytes(StandardCharsets.US_ASCII));
        }
        return mac.doFinal();
    }
}
