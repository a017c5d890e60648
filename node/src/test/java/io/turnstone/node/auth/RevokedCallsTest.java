package io.turnstone.node.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RevokedCallsTest {
    private static final String CALL_ID = "a84b4c76e66710@host";
    private static final String ACCOUNT = new TurnUser("alice", CALL_ID).account();

    private final RevokedCalls revoked = new RevokedCalls(1_000, 2);

    @Test
    void shouldRefuseWhoeverHasACredentialForThatCall() {
        revoked.revoke(CALL_ID, 0);

        assertThat(revoked.isRevoked(ACCOUNT, 999)).isTrue();
        assertThat(revoked.isRevoked(new TurnUser("bob", CALL_ID).account(), 999)).isTrue();
        assertThat(revoked.isRevoked(new TurnUser("alice", "another").account(), 999)).isFalse();
        assertThat(revoked.isRevoked("alice", 999)).isFalse();
    }

    @Test
    void shouldForgetACallWhenNoCredentialForItCanBeGood() {
        revoked.revoke(CALL_ID, 0);
        revoked.revoke(CALL_ID, 500);

        assertThat(revoked.isRevoked(ACCOUNT, 1_000)).isFalse();
        revoked.revoke("another", 1_000);
        assertThat(revoked.size()).isEqualTo(1);
        assertThat(revoked.forgotten()).isZero();
    }

    @Test
    void shouldForgetTheOldestWhenThereAreTooMany() {
        revoked.revoke(CALL_ID, 0);
        revoked.revoke("second", 1);
        revoked.revoke("third", 2);

        assertThat(revoked.size()).isEqualTo(2);
        assertThat(revoked.forgotten()).isEqualTo(1);
        assertThat(revoked.isRevoked(ACCOUNT, 3)).isFalse();
        assertThat(revoked.isRevoked(new TurnUser("alice", "third").account(), 3)).isTrue();
    }

    @Test
    void shouldTakeNoOtherNameForOneWithACall() {
        assertThat(TurnUser.markIn(ACCOUNT)).isEqualTo(TurnUser.markOf(CALL_ID)).hasSize(17);
        assertThat(TurnUser.markIn("alice#short")).isEmpty();
        assertThat(TurnUser.markIn("")).isEmpty();
        assertThat(revoked.isRevoked("alice#not base64 url!", 0)).isFalse();
    }
}
