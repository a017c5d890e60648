package io.turnstone.node.auth;

import static io.turnstone.protocol.stun.PasswordAlgorithm.MD5;
import static io.turnstone.protocol.stun.PasswordAlgorithm.SHA_256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.turnstone.node.auth.Authentication.Accepted;
import io.turnstone.node.auth.Authentication.Rejected;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import io.turnstone.protocol.stun.TransactionId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.api.AbstractObjectAssert;
import org.junit.jupiter.api.Test;

/** RFC 8489 §9.2.4, check by check, in its order. */
class AuthenticatorTest {
    private static final long NOW_MS = 1_795_000_000_000L;
    private static final long LATER_MS = NOW_MS + 3_600_000;
    private static final String REALM = "example.org";

    private final Nonces nonces = new Nonces(ClusterKeys.ofSecrets(List.of("cluster")), 600_000, new Random(1));
    private final Authenticator authenticator = new Authenticator(
        new CredentialStore(REALM, Map.of("alice", "wonder"), new RestSecrets(List.of("north", "south"), ':')), nonces,
        2);

    @Test
    void shouldChallengeWhenNothingProvesIntegrity() {
        assertRejected(RequestBuilder.allocate(), StunError.UNAUTHENTICATED, true);
        assertRejected(alice(), StunError.UNAUTHENTICATED, true);
    }

    @Test
    void shouldAnswer400WithoutChallengeWhenUsernameRealmOrNonceIsMissing() {
        String nonce = nonce();
        assertRejected(sign(RequestBuilder.allocate().realm(REALM).nonce(nonce)), StunError.BAD_REQUEST, false);
        assertRejected(sign(RequestBuilder.allocate().username("alice").nonce(nonce)), StunError.BAD_REQUEST, false);
        assertRejected(sign(RequestBuilder.allocate().username("alice").realm(REALM)), StunError.BAD_REQUEST, false);
    }

    @Test
    void shouldAcceptTheRightPassword() {
        assertAccepted(sign(alice())).isEqualTo("alice/sha1");
    }

    @Test
    void shouldAnswer401WhenThePasswordIsWrong() {
        assertRejected(alice().signed("alice", REALM, "wrong"), StunError.UNAUTHENTICATED, true);
    }

    @Test
    void shouldAnswer401ForAnUnknownUserEvenIfTheNonceIsForged() {
        RequestBuilder request = RequestBuilder.allocate().username("bob").realm(REALM).nonce("nonsense");
        assertRejected(request.signed("bob", REALM, "wonder"), StunError.UNAUTHENTICATED, true);
    }

    @Test
    void shouldAnswer438ForAForgedNonceOnlyAfterThePasswordProvedRight() {
        assertRejected(sign(alice("nonsense")), StunError.STALE_NONCE, true);
        assertRejected(alice("nonsense").signed("alice", REALM, "wrong"), StunError.UNAUTHENTICATED, true);
    }

    @Test
    void shouldAnswer438ForAnOldNonceButNotOnAllocate() {
        RequestBuilder refresh = RequestBuilder.request(StunType.REFRESH_REQUEST, new TransactionId(3, 4))
            .username("alice")
            .realm(REALM)
            .nonce(nonce());
        assertThat(authenticator.authenticate(sign(refresh).message(), LATER_MS))
            .isEqualTo(new Rejected(StunError.STALE_NONCE, true));
        assertThat(authenticator.authenticate(sign(alice()).message(), LATER_MS)).isInstanceOf(Accepted.class);
    }

    @Test
    void shouldAnswerWithSha256WhenTheClientNamedAnAlgorithm() {
        assertAccepted(
            alice().algorithms(SHA_256, MD5).algorithm(SHA_256).signedSha256(SHA_256, "alice", REALM, "wonder"))
            .isEqualTo("alice/sha256");
        assertAccepted(alice().algorithms(SHA_256, MD5).algorithm(MD5).signedSha256(MD5, "alice", REALM, "wonder"))
            .isEqualTo("alice/sha256");
    }

    @Test
    void shouldAnswer400WhenSomebodyTookTheBetterAlgorithmAway() {
        assertRejected(sign(alice().algorithms(MD5).algorithm(MD5)), StunError.BAD_REQUEST, false);
        assertRejected(sign(alice().algorithm(MD5)), StunError.BAD_REQUEST, false);
        assertRejected(sign(alice().algorithms(SHA_256, MD5)), StunError.BAD_REQUEST, false);
        RequestBuilder unknown = alice().algorithms(SHA_256, MD5)
            .with(it -> it.u32(StunAttribute.PASSWORD_ALGORITHM, 9 << 16));
        assertRejected(sign(unknown), StunError.BAD_REQUEST, false);
    }

    @Test
    void shouldLetSha256DecideWhereBothIntegritiesAreThere() {
        RequestBuilder wrongSha256 = sign(alice()).signedSha256(MD5, "alice", REALM, "wrong");
        assertRejected(wrongSha256, StunError.UNAUTHENTICATED, true);
        RequestBuilder rightSha256 = alice().signed("alice", REALM, "wrong")
            .signedSha256(MD5, "alice", REALM, "wonder");
        assertAccepted(rightSha256).isEqualTo("alice/sha1");
    }

    @Test
    void shouldFindAFixedUserByUserHash() {
        assertAccepted(sign(RequestBuilder.allocate().userHash("alice", REALM).realm(REALM).nonce(nonce())))
            .isEqualTo("alice/sha1");
        assertRejected(
            sign(RequestBuilder.allocate().userHash("bob", REALM).realm(REALM).nonce(nonce())),
            StunError.UNAUTHENTICATED,
            true);
    }

    @Test
    void shouldAcceptARestCredentialUnderEverySecretAndHash() {
        String username = NOW_MS / 1000 + 60 + ":carol";
        RestSecrets secrets = new RestSecrets(List.of("south"), ':');
        assertThat(secrets.passwords(username)).hasSize(2)
            .allSatisfy(
                password -> assertAccepted(rest(username).signed(username, REALM, password)).isEqualTo("carol/sha1"));
    }

    @Test
    void shouldAcceptThePasswordThatOtherImplementationsDerive() {
        // printf 2000000000:carol | openssl dgst -sha1 -hmac north -binary | base64
        String username = "2000000000:carol";
        assertAccepted(rest(username).signed(username, REALM, "RwPywPBwhUXhZ83ELXzi970JXlM=")).isEqualTo("carol/sha1");
    }

    @Test
    void shouldTakeThePlainTimestampAndTheTimestampBehindTheUser() {
        for (String username : List.of("2000000000", "carol:2000000000")) {
            String password = new RestSecrets(List.of("north"), ':').passwords(username).getFirst();
            assertAccepted(rest(username).signed(username, REALM, password)).endsWith("/sha1");
        }
    }

    @Test
    void shouldRefuseAnExpiredRestCredentialOnAllocateOnly() {
        String username = NOW_MS / 1000 + ":carol";
        String password = new RestSecrets(List.of("north"), ':').passwords(username).getFirst();
        assertRejected(rest(username).signed(username, REALM, password), StunError.UNAUTHENTICATED, true);
        RequestBuilder refresh = RequestBuilder.request(StunType.REFRESH_REQUEST, new TransactionId(3, 4))
            .username(username)
            .realm(REALM)
            .nonce(nonce());
        assertAccepted(refresh.signed(username, REALM, password)).isEqualTo("carol/sha1");
    }

    @Test
    void shouldAnswer401WhenTheRestUsernameHasNoTimestamp() {
        for (String username : List.of("carol", "x:carol", ":", "", "99999999999999999999:carol")) {
            String password = new RestSecrets(List.of("north"), ':').passwords(username).getFirst();
            assertRejected(rest(username).signed(username, REALM, password), StunError.UNAUTHENTICATED, true);
        }
    }

    @Test
    void shouldWriteAChallengeThatItAcceptsBack() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[200]);
        StunWriter writer = new StunWriter().begin(buffer, 0, StunType.ALLOCATE_ERROR, new TransactionId(1, 2));
        authenticator.writeChallenge(writer.errorCode(StunError.UNAUTHENTICATED), NOW_MS);
        StunMessage challenge = new StunMessage();
        assertThat(challenge.wrap(buffer, 0, writer.length())).isTrue();
        assertThat(challenge.utf8(challenge.find(StunAttribute.REALM))).isEqualTo(REALM);
        assertThat(challenge.bytes(challenge.find(StunAttribute.PASSWORD_ALGORITHMS)))
            .containsExactly(0, 2, 0, 0, 0, 1, 0, 0);
        assertThat(challenge.has(StunAttribute.SOFTWARE)).isFalse();
        assertAccepted(sign(alice(challenge.utf8(challenge.find(StunAttribute.NONCE))))).isEqualTo("alice/sha1");
    }

    private void assertRejected(RequestBuilder request, StunError error, boolean challenge) {
        assertThat(authenticator.authenticate(request.message(), NOW_MS)).isEqualTo(new Rejected(error, challenge));
    }

    private org.assertj.core.api.AbstractStringAssert<?> assertAccepted(RequestBuilder request) {
        Authentication answer = authenticator.authenticate(request.message(), NOW_MS);
        AbstractObjectAssert<?, Accepted> accepted = assertThat(answer).asInstanceOf(type(Accepted.class));
        return accepted.extracting(
            it -> it.account() + (it.sha256() ? "/sha256" : "/sha1"),
            org.assertj.core.api.InstanceOfAssertFactories.STRING);
    }

    private RequestBuilder alice() {
        return alice(nonce());
    }

    private static RequestBuilder alice(String nonce) {
        return RequestBuilder.allocate().username("alice").realm(REALM).nonce(nonce);
    }

    private RequestBuilder rest(String username) {
        return RequestBuilder.allocate().username(username).realm(REALM).nonce(nonce());
    }

    private static RequestBuilder sign(RequestBuilder request) {
        return request.signed("alice", REALM, "wonder");
    }

    private String nonce() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[Nonces.LENGTH]);
        nonces.write(buffer, 0, NOW_MS);
        return new String(buffer.byteArray(), StandardCharsets.US_ASCII);
    }
}
