package io.turnstone.node.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.SipAuthenticator.Verdict;
import io.turnstone.protocol.sip.SipFraming;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipParser;
import io.turnstone.protocol.sip.SipResponseWriter;
import io.turnstone.protocol.sip.SipWriter;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SipAuthenticatorTest {
    private static final long NOW_MS = 1_795_000_000_000L;
    private static final long VALID_MS = 600_000;
    private static final String REALM = "example.org";
    private static final String URI = "sip:example.org";

    private final DigestClient alice = new DigestClient("alice", "wonder", "MD5");
    private final SipAuthenticator here = authenticator("cluster");

    private static SipAuthenticator authenticator(String secret) {
        return authenticator(secret, List.of(PasswordAlgorithm.SHA_256, PasswordAlgorithm.MD5));
    }

    private static SipAuthenticator authenticator(String secret, List<PasswordAlgorithm> offered) {
        Nonces nonces = new Nonces(ClusterKeys.ofSecrets(List.of(secret)), VALID_MS, new Random(1));
        CredentialStore users = new CredentialStore(REALM, Map.of("alice", "wonder", "o\"neil", "quote"),
            new RestSecrets(List.of("north"), RestSecrets.DEFAULT_SEPARATOR));
        return new SipAuthenticator(users, nonces, 2, offered, null);
    }

    private static SipMessage register(String... authorizations) {
        StringBuilder text = new StringBuilder("REGISTER " + URI + " SIP/2.0\r\n");
        for (String authorization : authorizations) {
            text.append("Authorization: ").append(authorization).append("\r\n");
        }
        byte[] octets = text.append("\r\n").toString().getBytes(UTF_8);
        SipParser parser = new SipParser(SipLimits.DEFAULT);
        assertThat(parser.parse(new UnsafeBuffer(octets), 0, octets.length, SipFraming.DATAGRAM)).isTrue();
        return parser.message();
    }

    private static List<String> challenges(SipAuthenticator node, boolean stale) {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        SipWriter response = new SipResponseWriter().begin(buffer, 0, register(), 401, "t");
        node.writeChallenges(response, SipHeader.WWW_AUTHENTICATE, stale, NOW_MS);
        return buffer.getStringWithoutLengthAscii(0, response.end())
            .lines()
            .filter(line -> line.startsWith("WWW-Authenticate: "))
            .toList();
    }

    private String challenge() {
        return challenges(here, false).getFirst();
    }

    private Verdict verdict(String... authorizations) {
        return here.authenticate(register(authorizations), SipHeader.AUTHORIZATION, NOW_MS);
    }

    @Test
    void shouldOfferSha256FirstAndMd5LastWithOneNonce() {
        List<String> lines = challenges(here, false);

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("WWW-Authenticate: Digest realm=\"example.org\", nonce=\"obMatJos2")
            .endsWith("\", algorithm=SHA-256, qop=\"auth\"");
        assertThat(lines.get(1)).isEqualTo(lines.get(0).replace("SHA-256", "MD5"));
        assertThat(challenges(here, true)).allMatch(line -> line.contains(", stale=true, "));
    }

    @Test
    void shouldAcceptTheRightPasswordByEitherAlgorithm() {
        assertThat(verdict(alice.answer(challenge(), "REGISTER", URI, 1))).isEqualTo(Verdict.ACCEPTED);
        assertThat(here.account()).isEqualTo("alice");
        DigestClient sha256 = new DigestClient("alice", "wonder", "SHA-256");
        assertThat(verdict(sha256.answer(challenge(), "REGISTER", URI, 1))).isEqualTo(Verdict.ACCEPTED);
        assertThat(verdict(sha256.answer(challenge(), "REGISTER", URI, 1))).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void shouldTakeOnlyWhatItOffers() {
        SipAuthenticator strict = authenticator("cluster", List.of(PasswordAlgorithm.SHA_256));
        assertThat(challenges(strict, false)).singleElement().asString().contains("algorithm=SHA-256");
        String answer = alice.answer(challenge(), "REGISTER", URI, 1);
        assertThat(strict.authenticate(register(answer), SipHeader.AUTHORIZATION, NOW_MS))
            .isEqualTo(Verdict.UNAUTHENTICATED);
        assertThat(challenges(authenticator("cluster", List.of(PasswordAlgorithm.MD5)), false)).singleElement()
            .asString()
            .contains("algorithm=MD5");
    }

    @Test
    void shouldAcceptAtOneNodeWhatAnotherChallenged() {
        String answer = alice.answer(challenge(), "REGISTER", URI, 1);

        assertThat(authenticator("cluster").authenticate(register(answer), SipHeader.AUTHORIZATION, NOW_MS))
            .isEqualTo(Verdict.ACCEPTED);
        assertThat(authenticator("another").authenticate(register(answer), SipHeader.AUTHORIZATION, NOW_MS))
            .isEqualTo(Verdict.STALE);
    }

    @Test
    void shouldChallengeWhenPasswordMethodOrUserIsWrong() {
        DigestClient mallory = new DigestClient("alice", "guess", "MD5");
        assertThat(verdict(mallory.answer(challenge(), "REGISTER", URI, 1))).isEqualTo(Verdict.UNAUTHENTICATED);
        assertThat(verdict(alice.answer(challenge(), "INVITE", URI, 1))).isEqualTo(Verdict.UNAUTHENTICATED);
        DigestClient nobody = new DigestClient("nobody", "wonder", "MD5");
        assertThat(verdict(nobody.answer(challenge(), "REGISTER", URI, 1))).isEqualTo(Verdict.UNAUTHENTICATED);
        assertThat(verdict()).isEqualTo(Verdict.UNAUTHENTICATED);
    }

    @Test
    void shouldSayStaleOnlyToWhoKnowsThePassword() {
        String right = alice.answer(challenge(), "REGISTER", URI, 1);
        String wrong = new DigestClient("alice", "guess", "MD5").answer(challenge(), "REGISTER", URI, 1);
        long laterMs = NOW_MS + VALID_MS + 1000;

        assertThat(here.authenticate(register(right), SipHeader.AUTHORIZATION, laterMs)).isEqualTo(Verdict.STALE);
        assertThat(here.authenticate(register(wrong), SipHeader.AUTHORIZATION, laterMs))
            .isEqualTo(Verdict.UNAUTHENTICATED);
    }

    @Test
    void shouldTakeEachNonceCountOnce() {
        String challenge = challenge();
        String first = alice.answer(challenge, "REGISTER", URI, 1);

        assertThat(verdict(first)).isEqualTo(Verdict.ACCEPTED);
        assertThat(verdict(first)).isEqualTo(Verdict.STALE);
        assertThat(verdict(alice.answer(challenge, "REGISTER", URI, 2))).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void shouldTakeMd5WithoutQopButNoOtherProtection() {
        assertThat(verdict(alice.answerWithoutQop(challenge(), "REGISTER", URI))).isEqualTo(Verdict.ACCEPTED);
        DigestClient sha256 = new DigestClient("alice", "wonder", "SHA-256");
        assertThat(verdict(sha256.answerWithoutQop(challenge(), "REGISTER", URI))).isEqualTo(Verdict.UNAUTHENTICATED);
        String withBody = alice.answer(challenge(), "REGISTER", URI, 1).replace("qop=auth", "qop=auth-int");
        assertThat(verdict(withBody)).isEqualTo(Verdict.UNAUTHENTICATED);
    }

    @Test
    void shouldPassOverOtherRealmsAndAlgorithms() {
        String other = alice.answer(challenge().replace(REALM, "other.org"), "REGISTER", URI, 1);
        String unknown = alice.answer(challenge(), "REGISTER", URI, 1)
            .replace("algorithm=MD5", "algorithm=SHA-512-256");

        assertThat(verdict(other, unknown, alice.answer(challenge(), "REGISTER", URI, 1))).isEqualTo(Verdict.ACCEPTED);
        assertThat(verdict(other, unknown, "Bearer abc")).isEqualTo(Verdict.UNAUTHENTICATED);
    }

    @Test
    void shouldRefuseWhatItCannotRead() {
        String good = alice.answer(challenge(), "REGISTER", URI, 1);

        assertThat(verdict("Digest username=\"alice")).isEqualTo(Verdict.MALFORMED);
        assertThat(verdict(good.replace("nc=00000001", "nc=1"))).isEqualTo(Verdict.MALFORMED);
        assertThat(verdict(good.replace("cnonce=\"c0ffee\", ", ""))).isEqualTo(Verdict.MALFORMED);
        assertThat(verdict(good.replace("uri=\"sip:example.org\", ", ""))).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void shouldReadAUsernameWithQuotes() {
        DigestClient client = new DigestClient("o\"neil", "quote", "MD5");
        String answer = client.answer(challenge(), "REGISTER", URI, 1)
            .replace("username=\"o\"neil\"", "username=\"o\\\"neil\"");

        assertThat(verdict(answer)).isEqualTo(Verdict.ACCEPTED);
        assertThat(here.account()).isEqualTo("o\"neil");
    }

    @Test
    void shouldAcceptTimeLimitedUsersUntilTheirTime() {
        long expiryS = NOW_MS / 1000 + 60;
        String username = expiryS + ":carol";
        String password = new RestSecrets(List.of("north"), RestSecrets.DEFAULT_SEPARATOR).passwords(username)
            .getFirst();
        DigestClient carol = new DigestClient(username, password, "MD5");
        String challenge = challenge();

        assertThat(verdict(carol.answer(challenge, "REGISTER", URI, 1))).isEqualTo(Verdict.ACCEPTED);
        assertThat(here.account()).isEqualTo("carol");
        SipMessage late = register(carol.answer(challenge, "REGISTER", URI, 2));
        assertThat(here.authenticate(late, SipHeader.AUTHORIZATION, expiryS * 1000))
            .isEqualTo(Verdict.UNAUTHENTICATED);
    }
}
