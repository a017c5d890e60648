package io.turnstone.node.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.node.auth.CredentialIssuer.Credential;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialIssuerTest {
    private static final long NOW_MS = 1_795_000_000_999L;

    private final RestSecrets secrets = new RestSecrets(List.of("new", "old"), RestSecrets.DEFAULT_SEPARATOR);
    private final CredentialIssuer issuer = new CredentialIssuer(secrets);
    private final CredentialStore store = new CredentialStore("r", Map.of("alice", "fixed"), secrets);

    @Test
    void shouldGiveOutWhatTheStoreTakesUntilItsTimeIsOver() {
        Credential credential = issuer.issue(new TurnUser("bob", ""), 600, NOW_MS);

        assertThat(credential.username()).isEqualTo("1795000600:bob");
        assertThat(store.passwords(credential.username())).contains(credential.password());
        assertThat(store.account(credential.username())).isEqualTo("bob");
        assertThat(store.isExpired(credential.username(), 1_795_000_599_999L)).isFalse();
        assertThat(store.isExpired(credential.username(), 1_795_000_600_000L)).isTrue();
        assertThat(credential).hasToString("Credential[1795000600:bob]");
    }

    @Test
    void shouldMakePasswordsWithTheFirstSecret() {
        RestSecrets newOnly = new RestSecrets(List.of("new"), RestSecrets.DEFAULT_SEPARATOR);
        Credential credential = issuer.issue(new TurnUser("bob", ""), 600, NOW_MS);

        assertThat(newOnly.passwords(credential.username())).contains(credential.password());
    }

    @Test
    void shouldNameTheCallSoThatItIsFoundAgain() {
        String first = issuer.issue(new TurnUser("a:b", "x@host"), 600, NOW_MS).username();
        String later = issuer.issue(new TurnUser("a:b", "x@host"), 900, NOW_MS).username();
        String other = issuer.issue(new TurnUser("a:b", "y@host"), 600, NOW_MS).username();

        assertThat(first).matches("1795000600:a:b#[A-Za-z0-9_-]{16}");
        assertThat(store.account(later)).isEqualTo(store.account(first))
            .isEqualTo(
                new TurnUser("a:b", "x@host").account());
        assertThat(store.account(other)).isNotEqualTo(store.account(first));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a#b", "a\nb", "a\u007fb"})
    void shouldRefuseNamesThatWouldReadAsSomethingElse(String name) {
        assertThat(TurnUser.isName(name)).isFalse();
        assertThatThrownBy(() -> new TurnUser(name, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldLimitTheLengthInOctetsSinceAUsernameHasOne() {
        assertThat(TurnUser.isName("ä".repeat(127))).isTrue();
        assertThat(TurnUser.isName("ä".repeat(128))).isFalse();
    }

    @Test
    void shouldNeedASecret() {
        assertThatThrownBy(
            () -> new CredentialIssuer(new RestSecrets(List.of(), RestSecrets.DEFAULT_SEPARATOR)))
            .isInstanceOf(IllegalArgumentException.class);
    }
}
