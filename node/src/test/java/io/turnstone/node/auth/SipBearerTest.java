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
import java.util.Objects;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Bearer tokens beside passwords (RFC 8898). */
class SipBearerTest {
    private static final long NOW_MS = 1_795_000_000_000L;
    private static final TokenIssuer ISSUER = new TokenIssuer("ES256", "one");
    private static final String CLAIMS = "{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"carol\",\"exp\":1795000060}";

    private final SipAuthenticator authenticator = authenticator("https://id.example.org/");

    private static SipAuthenticator authenticator(String server) {
        JsonWebKeys keys = Objects.requireNonNull(JsonWebKeys.parse(ISSUER.keySet("")));
        return new SipAuthenticator(
            new CredentialStore("example.org", Map.of("alice", "wonder"), new RestSecrets(List.of(), ':'), true),
            new Nonces(ClusterKeys.ofSecrets(List.of("cluster")), 600_000, new Random(1)),
            2,
            List.of(PasswordAlgorithm.SHA_256, PasswordAlgorithm.MD5),
            new BearerTokens(new TokenSettings("i", "a", "sub", 0, server), () -> keys, () -> {}));
    }

    private static SipMessage request(String... lines) {
        byte[] octets = ("REGISTER sip:example.org SIP/2.0\r\n" + String.join("\r\n", lines) + "\r\n\r\n")
            .getBytes(UTF_8);
        SipParser parser = new SipParser(SipLimits.DEFAULT);
        assertThat(parser.parse(new UnsafeBuffer(octets), 0, octets.length, SipFraming.DATAGRAM)).isTrue();
        return parser.message();
    }

    private Verdict verdict(String... values) {
        String[] lines = List.of(values).stream().map("Authorization: "::concat).toArray(String[]::new);
        return authenticator.authenticate(request(lines), SipHeader.AUTHORIZATION, NOW_MS);
    }

    private static List<String> challenges(SipAuthenticator from) {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        SipWriter response = new SipResponseWriter().begin(buffer, 0, request("Subject: x"), 401, "t");
        from.writeChallenges(response, SipHeader.WWW_AUTHENTICATE, false, NOW_MS);
        return buffer.getStringWithoutLengthAscii(0, response.end())
            .lines()
            .filter(line -> line.startsWith("WWW-Authenticate: "))
            .map(line -> line.substring("WWW-Authenticate: ".length()))
            .toList();
    }

    @Test
    void shouldLetInWhomTheTokenNames() {
        assertThat(verdict("Bearer " + ISSUER.token(CLAIMS))).isEqualTo(Verdict.ACCEPTED);
        assertThat(authenticator.account()).isEqualTo("carol");
        SipMessage toProxy = request("Proxy-Authorization: bearer  " + ISSUER.token(CLAIMS));
        assertThat(authenticator.authenticate(toProxy, SipHeader.PROXY_AUTHORIZATION, NOW_MS))
            .isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void shouldOfferTokensBeforePasswordsSinceBrowsersTakeTheLast() {
        List<String> challenges = challenges(authenticator);

        assertThat(challenges).hasSize(3);
        assertThat(challenges.getFirst())
            .isEqualTo("Bearer realm=\"example.org\", authz_server=\"https://id.example.org/\"");
        assertThat(challenges.getLast()).startsWith("Digest ").contains("algorithm=MD5");
        assertThat(challenges(authenticator("")).getFirst()).isEqualTo("Bearer realm=\"example.org\"");
    }

    @Test
    void shouldSayWhenATokenIsNotTaken() {
        assertThat(verdict("Bearer " + ISSUER.token(CLAIMS.replace("60}", "00}")))).isEqualTo(Verdict.UNAUTHENTICATED);
        assertThat(challenges(authenticator).getFirst()).endsWith(", error=\"invalid_token\"");
        assertThat(verdict()).isEqualTo(Verdict.UNAUTHENTICATED);
        assertThat(challenges(authenticator).getFirst()).doesNotContain("error");
    }

    @Test
    void shouldTakePasswordsToo() {
        DigestClient alice = new DigestClient("alice", "wonder", "MD5");
        String answer = alice.answer(challenges(authenticator).getLast(), "REGISTER", "sip:example.org", 1);

        assertThat(verdict("Basic abc", answer)).isEqualTo(Verdict.ACCEPTED);
        assertThat(authenticator.account()).isEqualTo("alice");
        assertThat(verdict("Bearer ")).isEqualTo(Verdict.MALFORMED);
    }
}
