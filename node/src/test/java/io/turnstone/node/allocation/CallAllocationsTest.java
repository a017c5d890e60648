package io.turnstone.node.allocation;

import static io.turnstone.node.allocation.TurnServiceTest.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.CredentialIssuer;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.node.auth.RevokedCalls;
import io.turnstone.node.auth.TurnUser;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallAllocationsTest {
    private static final String CALL_ID = "a84b4c76e66710@host";
    private static final long NODE = 2;

    private final TurnWorld world = new TurnWorld();
    private final CallAllocations calls = new CallAllocations(NODE, world::ofMark, world.node(NODE),
        world.revoked);
    private final TestClient alice = client("1.2.3.4:1000", new TurnUser("alice", CALL_ID));
    private final TestClient bob = client("1.2.3.4:1001", new TurnUser("bob", CALL_ID));
    private final TestClient carol = client("1.2.3.4:1002", new TurnUser("carol", "another"));

    private TestClient client(String address, TurnUser user) {
        return client(NODE, address, user);
    }

    private TestClient client(long node, String address, TurnUser user) {
        CredentialIssuer.Credential credential = new CredentialIssuer(new RestSecrets(List.of("north"), ':'))
            .issue(user, 600, world.nowMs);
        return new TestClient(world.node(node), address, credential.username(), credential.password())
            .challenged();
    }

    @Test
    void shouldDeleteWhatACallHasAllocatedAndNothingElse() {
        assertSuccess(alice.allocate());
        assertSuccess(bob.allocate());
        assertSuccess(carol.allocate());
        assertThat(calls.count(CALL_ID)).isEqualTo(2);

        calls.revoke(CALL_ID, world.nowMs);

        assertThat(calls.count(CALL_ID)).isZero();
        assertThat(world.routeCount()).isEqualTo(1);
    }

    @Test
    void shouldRefuseTheCredentialsOfACallThatHasEnded() {
        assertSuccess(alice.allocate());

        calls.revoke(CALL_ID, world.nowMs);

        assertError(alice.allocate(), StunType.ALLOCATE_ERROR, 403);
        assertError(alice.refresh(600), StunType.REFRESH_ERROR, 403);
        assertError(bob.allocate(), StunType.ALLOCATE_ERROR, 403);
        assertSuccess(carol.allocate());
    }

    @Test
    void shouldFindLaterWhatWasOnItsWayWhenTheCallEnded() {
        CallAllocations early = new CallAllocations(NODE, world::ofMark, world.node(NODE), new RevokedCalls(1, 1));
        early.revoke(CALL_ID, world.nowMs);
        assertSuccess(alice.allocate());

        early.doWork(world.nowMs + 999);
        assertThat(calls.count(CALL_ID)).isEqualTo(1);
        early.doWork(world.nowMs + 1_000);
        assertThat(calls.count(CALL_ID)).isZero();
        assertSuccess(alice.allocate());
        early.doWork(world.nowMs + 5_000);

        assertThat(calls.count(CALL_ID)).isZero();
    }

    @Test
    void shouldLeaveTheAuthoritiesOfOtherNodesToThemAtFirst() {
        assertSuccess(alice.allocate());
        CallAllocations elsewhere = new CallAllocations(NODE + 1, world::ofMark, world.node(NODE),
            world.revoked);

        elsewhere.revoke(CALL_ID, world.nowMs);
        assertThat(calls.count(CALL_ID)).isEqualTo(1);
        elsewhere.doWork(world.nowMs + 1_000);

        assertThat(calls.count(CALL_ID)).isZero();
    }

    @Test
    void shouldAnswer486BeyondTheQuotaOfACall() {
        world.callQuota = 1;
        TestClient first = client(NODE + 1, "1.2.3.4:1003", new TurnUser("alice", CALL_ID));
        TestClient second = client(NODE + 1, "1.2.3.4:1004", new TurnUser("bob", CALL_ID));
        TestClient other = client(NODE + 1, "1.2.3.4:1005", new TurnUser("bob", "another"));

        assertSuccess(first.allocate());
        assertError(second.allocate(), StunType.ALLOCATE_ERROR, 486);
        assertSuccess(other.allocate());
    }

    private static void assertSuccess(StunMessage response) {
        assertThat(response.messageType()).isEqualTo(StunType.ALLOCATE_SUCCESS);
    }
}
