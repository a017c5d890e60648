package io.turnstone.node.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.CredentialIssuer.Credential;
import io.turnstone.node.auth.WebAuthenticator.Identity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class WebAuthenticatorTest {
    private static final long NOW_MS = 1_700_000_000_000L;
    private static final RestSecrets SECRETS = new RestSecrets(List.of("new", "old"), ':');

    private final WebAuthenticator authenticator = new WebAuthenticator(
        new CredentialStore("turnstone", Map.of("alice", "wonderland", "b#b", "builder"), SECRETS), null);

    private static Credential issued(String user, String callId) {
        return new CredentialIssuer(SECRETS).issue(new TurnUser(user, callId), 60, NOW_MS);
    }

    @Test
    void shouldKnowAUserByPassword() {
        assertThat(authenticator.byPassword("alice", "wonderland", NOW_MS)).isEqualTo(new Identity("alice", "alice"));
        assertThat(authenticator.byPassword("b#b", "builder", NOW_MS)).isEqualTo(new Identity("b#b", "b#b"));
        assertThat(authenticator.byPassword("alice", "builder", NOW_MS)).isNull();
        assertThat(authenticator.byPassword("nobody", "wonderland", NOW_MS)).isNull();
        assertThat(authenticator.byPassword("alice", "", NOW_MS)).isNull();
    }

    @Test
    void shouldKnowWhoHasACredentialInItsTime() {
        Credential credential = issued("carol", "");
        long endMs = NOW_MS + 60_000;

        assertThat(authenticator.byPassword(credential.username(), credential.password(), endMs - 1))
            .isEqualTo(new Identity("carol", "carol"));
        assertThat(authenticator.byPassword(credential.username(), credential.password(), endMs)).isNull();
        assertThat(authenticator.byPassword(credential.username() + "a", credential.password(), NOW_MS)).isNull();
        assertThat(
            authenticator.byPassword(
                credential.username(), SECRETS.passwords(credential.username()).getLast(), NOW_MS))
            .isNotNull();
    }

    @Test
    void shouldTellForWhichCallACredentialIs() {
        Credential credential = issued("carol", "room/one");
        Identity carol = Objects
            .requireNonNull(authenticator.byPassword(credential.username(), credential.password(), NOW_MS));

        assertThat(carol.user()).isEqualTo("carol");
        assertThat(carol.isFor("room/one")).isTrue();
        assertThat(carol.isFor("room/two")).isFalse();
        assertThat(new Identity("carol", "carol").isFor("room/two")).isTrue();
    }

    @Test
    void shouldTakeNoTokenWhereNoneAreTaken() {
        assertThat(authenticator.byToken("a.b.c", NOW_MS)).isNull();
    }
}
