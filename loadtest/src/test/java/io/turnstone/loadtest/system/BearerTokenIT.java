package io.turnstone.loadtest.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.sip.SipText;
import io.turnstone.loadtest.sip.SipUserAgent;
import io.turnstone.loadtest.sip.SipUserAgent.Identity;
import io.turnstone.loadtest.sip.TokenIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Users who come with an identity provider's token instead of a password (RFC 8898), its keys read over HTTP. */
@Timeout(90)
class BearerTokenIT {
    private static final String DOMAIN = "sip.test";
    private static final String ISSUER = "https://id.sip.test";
    private static final String AUDIENCE = "turnstone";
    private static final Identity CAROL = new Identity(DOMAIN, "carol", "");
    private static final Identity DAVE = new Identity(DOMAIN, "dave", "");
    private static final Identity ALICE = new Identity(DOMAIN, TurnstoneNode.USER, TurnstoneNode.PASSWORD);

    private static final TokenIssuer FIRST = new TokenIssuer("first");
    private static final TokenIssuer SECOND = new TokenIssuer("second");
    private static volatile String keySet = TokenIssuer.keySet(FIRST);
    private static int webSocketPort;
    private static HttpServer provider;
    private static TurnstoneNode node;

    @BeforeAll
    static void start() throws IOException {
        webSocketPort = FreePorts.one();
        provider = HttpServer.create(Loopback.ipv4(0), 0);
        provider.createContext("/keys", exchange -> {
            byte[] body = keySet.getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        provider.start();
        node = TurnstoneNode.start(Tools.ARTEFACTS, 16, "--sip-domain", DOMAIN, "--listen-ws",
            "127.0.0.1:" + webSocketPort, "--token-keys",
            "http://127.0.0.1:" + provider.getAddress().getPort() + "/keys", "--token-issuer", ISSUER,
            "--token-audience",
            AUDIENCE);
        awaitKeys(1);
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
        provider.stop(0);
    }

    private static void awaitKeys(int count) {
        node.process()
            .await(count + " keys", 30, () -> node.admin().metrics().sum("turnstone_token_keys") == count);
    }

    private static String claims(String user, String audience, long secondsLeft) {
        return "{\"iss\":\"" + ISSUER + "\",\"aud\":\"" + audience + "\",\"sub\":\"" + user + "\",\"exp\":"
            + (Instant.now().getEpochSecond() + secondsLeft) + "}";
    }

    private static String token(String user) {
        return FIRST.token(claims(user, AUDIENCE, 600));
    }

    private static SipUserAgent connect(Identity identity) {
        return SipUserAgent.connect(webSocketPort, identity);
    }

    @Test
    void shouldRegisterAndCallByTokensOnly() {
        try (SipUserAgent carol = connect(CAROL); SipUserAgent dave = connect(DAVE)) {
            assertThat(carol.registerBy("Bearer " + token("carol"), 600).kind()).isEqualTo("200 REGISTER");
            assertThat(dave.registerBy("Bearer " + token("dave"), 600).kind()).isEqualTo("200 REGISTER");

            carol.inviteBy("Bearer " + token("carol"), dave.addressOfRecord(), "v=0\r\n");
            SipText invite = dave.expect("INVITE");
            assertThat(invite.headers("Proxy-Authorization")).isEmpty();
            assertThat(invite.header("P-Asserted-Identity")).contains("carol@" + DOMAIN);
            dave.reply(invite, 200, "v=0\r\n");
            carol.sendAsCaller("ACK", carol.expect("200 INVITE"));
            dave.expect("ACK");
        }
    }

    @Test
    void shouldTakePasswordsBesideTokens() {
        try (SipUserAgent alice = connect(ALICE); SipUserAgent nobody = connect(CAROL)) {
            assertThat(alice.register(600).kind()).isEqualTo("200 REGISTER");

            List<String> challenges = nobody.registerBy("Bearer x", 600).headers("WWW-Authenticate");
            assertThat(challenges).hasSize(3);
            assertThat(challenges.getFirst()).startsWith("Bearer realm=\"").contains("error=\"invalid_token\"");
            assertThat(challenges.getLast()).contains("algorithm=MD5");
        }
    }

    @Test
    void shouldRefuseTokensThatAreOverForOthersOrMadeByOthers() {
        try (SipUserAgent carol = connect(CAROL)) {
            for (String token : List.of(
                FIRST.token(claims("carol", AUDIENCE, -60)),
                FIRST.token(claims("carol", "another", 600)),
                new TokenIssuer("first").token(claims("carol", AUDIENCE, 600)))) {
                assertThat(carol.registerBy("Bearer " + token, 600).kind()).isEqualTo("401 REGISTER");
            }
            assertThat(carol.registerBy("Bearer " + token("dave"), 600).kind()).isEqualTo("403 REGISTER");
        }
    }

    @Test
    void shouldReadTheKeysAgainWhenATokenNamesANewOne() {
        try (SipUserAgent carol = connect(CAROL)) {
            String token = SECOND.token(claims("carol", AUDIENCE, 600));
            assertThat(carol.registerBy("Bearer " + token, 600).kind()).isEqualTo("401 REGISTER");

            keySet = TokenIssuer.keySet(FIRST, SECOND);
            carol.registerBy("Bearer " + token, 600);
            awaitKeys(2);

            assertThat(carol.registerBy("Bearer " + token, 600).kind()).isEqualTo("200 REGISTER");
        }
    }

    @Test
    void shouldSayInOneLineThatAFileHoldsNoKeys() throws IOException {
        Path file = Tools.ARTEFACTS.resolve("no-keys.json");
        Files.writeString(file, "{\"keys\":[]}");
        try (TurnstoneNode second = TurnstoneNode.launch("no-keys", Tools.ARTEFACTS, FreePorts.one(), FreePorts.one(),
            List.of("--relay-address", "127.0.0.1", "--sip-domain", DOMAIN, "--listen-ws",
                "127.0.0.1:" + FreePorts.one(), "--token-keys", file.toString(), "--token-issuer", ISSUER,
                "--token-audience", AUDIENCE))) {
            assertThat(second.process().awaitExit(60)).isEqualTo(1);
            assertThat(second.process().output()).contains("turnstone: turnstone.auth.tokens.keys: " + file);
        }
    }
}
