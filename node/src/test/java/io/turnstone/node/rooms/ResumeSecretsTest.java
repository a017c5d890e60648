package io.turnstone.node.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.rooms.ResumeSecrets.Holder;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResumeSecretsTest {
    private static final long NOW_MS = 1_700_000_000_000L;
    private static final Holder HOLDER = new Holder("stand-up", "aB3", "Älice", "alice@example.org");

    private final ResumeSecrets secrets = new ResumeSecrets(ClusterKeys.ofSecrets(List.of("a secret", "the old one")));

    @Test
    void shouldTellAtAnyNodeWhoHoldsIt() {
        String secret = secrets.seal(HOLDER, NOW_MS);

        ResumeSecrets other = new ResumeSecrets(ClusterKeys.ofSecrets(List.of("a new secret", "a secret")));
        assertThat(other.open(secret, NOW_MS + 1_000)).isEqualTo(HOLDER);
    }

    @Test
    void shouldOpenNothingThatWasChangedInAnyPlace() {
        String secret = secrets.seal(HOLDER, NOW_MS);

        for (int i = 0; i < secret.length() - 1; i++) {
            char other = secret.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(secrets.open(secret.substring(0, i) + other + secret.substring(i + 1), NOW_MS)).isNull();
        }
    }

    @Test
    void shouldOpenNothingOfAnotherClusterOrTooOldOrCutOff() {
        String secret = secrets.seal(HOLDER, NOW_MS);

        assertThat(new ResumeSecrets(ClusterKeys.ofSecrets(List.of("another"))).open(secret, NOW_MS)).isNull();
        assertThat(secrets.open(secret, NOW_MS + ResumeSecrets.LIFETIME_MS)).isEqualTo(HOLDER);
        assertThat(secrets.open(secret, NOW_MS + ResumeSecrets.LIFETIME_MS + 1)).isNull();
        assertThat(secrets.open(secret.substring(0, 40), NOW_MS)).isNull();
        assertThat(secrets.open("not base64!", NOW_MS)).isNull();
        assertThat(secrets.open("", NOW_MS)).isNull();
    }
}
