package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.sip.SipText;
import io.turnstone.loadtest.sip.SipUserAgent;
import io.turnstone.loadtest.sip.SipUserAgent.Identity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each door for TURN credentials, and an Allocate at the address and with the credential that it gave. */
@Timeout(90)
class CredentialDoorsIT {
    private static final String KEY = "shop";
    private static final String SECRET = "a-secret-of-the-shop";
    private static final String SHARED_SECRET = "north";
    private static final String DOMAIN = "sip.test";
    private static final Pattern TURN_URL = Pattern.compile("turn:127\\.0\\.0\\.1:(\\d+)\\?transport=udp");

    private static int doorPort;
    private static int webSocketPort;
    private static TurnstoneNode node;
    private static ClientLoop loop;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        doorPort = FreePorts.one();
        webSocketPort = FreePorts.one();
        http = HttpClient.newHttpClient();
        loop = ClientLoop.start();
        node = TurnstoneNode.start(Tools.ARTEFACTS, 32, "--shared-secret", SHARED_SECRET, "--listen-http",
            "127.0.0.1:" + doorPort, "--api-key", KEY + ":" + SECRET, "--sip-domain", DOMAIN, "--listen-ws",
            "127.0.0.1:" + webSocketPort, "--register-credentials", "true");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
        loop.close();
        http.close();
    }

    private static HttpResponse<String> post(String path, String authorization, String body) {
        return send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + doorPort + path))
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static String bearer() {
        return "Bearer " + SECRET;
    }

    private static Config json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return ConfigFactory.parseString(response.body());
    }

    /** Allocates at the URL's address; the account that the node then keeps the allocation under. */
    private static String allocate(String url, String username, String password) {
        return allocate(url, Credentials.longTerm(username, password), 0);
    }

    private static String allocate(String url, Credentials credentials, int errorCode) {
        Matcher matcher = TURN_URL.matcher(url);
        assertThat(matcher.matches()).as(url).isTrue();
        InetSocketAddress server = Loopback.ipv4(Integer.parseInt(matcher.group(1)));
        try (TurnClient client = loop.client(server, credentials)) {
            assertThat(client.allocate().orTimeout(10, TimeUnit.SECONDS).join().errorCode()).isEqualTo(errorCode);
            String account = errorCode == 0 ? onlyAccount() : "";
            if (errorCode == 0) {
                client.refresh(0).orTimeout(10, TimeUnit.SECONDS).join();
            }
            return account;
        }
    }

    private static String onlyAccount() {
        List<String> accounts = accounts("");
        assertThat(accounts).hasSize(1);
        return accounts.getFirst();
    }

    private static List<String> accounts(String query) {
        try {
            return ConfigFactory.parseString(node.admin().body("/v1/allocations" + query))
                .getConfigList("allocations")
                .stream()
                .map(allocation -> allocation.getString("user"))
                .toList();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static String only(List<String> urls, String start) {
        return urls.stream().filter(url -> url.startsWith(start)).findFirst().orElseThrow();
    }

    @Test
    void shouldAllocateWithWhatABrowserIsGiven() {
        Config answer = json(
            post("/v1/turn/credentials", bearer(), "{\"user\":\"alice\",\"call\":\"a84b4c76e66710@host\",\"ttl\":60}"),
            200);
        List<? extends Config> servers = answer.getConfigList("iceServers");
        Config turn = servers.getLast();
        assertThat(servers.getFirst().getStringList("urls")).contains("stun:127.0.0.1:" + node.port());

        String account = allocate(
            only(turn.getStringList("urls"), "turn:127"), turn.getString("username"), turn.getString("credential"));

        assertThat(account).matches("alice#[A-Za-z0-9_-]{16}");
        assertThat(turn.getString("username")).endsWith(":" + account);
    }

    @Test
    void shouldListACallsAllocationsUnderIt() {
        Config answer = json(
            post("/v1/turn/credentials", bearer(), "{\"user\":\"alice\",\"call\":\"a84b4c76e66710@host\"}"), 200);
        Config turn = answer.getConfigList("iceServers").getLast();
        Credentials credentials = Credentials.longTerm(turn.getString("username"), turn.getString("credential"));
        try (TurnClient client = loop.client(Loopback.ipv4(node.port()), credentials)) {
            assertThat(client.allocate().orTimeout(10, TimeUnit.SECONDS).join().errorCode()).isZero();

            assertThat(accounts("?call=a84b4c76e66710%40host")).singleElement().asString().startsWith("alice#");
            assertThat(accounts("?call=another%40host")).isEmpty();
            client.refresh(0).orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void shouldAllocateWithWhatCloudflaresFormatsGive() {
        Config array = json(
            post("/v1/turn/keys/" + KEY + "/credentials/generate-ice-servers", bearer(), "{\"ttl\":3600}"),
            201).getConfigList("iceServers").getLast();
        Config object = json(post("/v1/turn/keys/" + KEY + "/credentials/generate", bearer(), "{\"ttl\":3600}"), 201)
            .getConfig("iceServers");

        for (Config turn : List.of(array, object)) {
            String url = only(turn.getStringList("urls"), "turn:127");
            assertThat(allocate(url, turn.getString("username"), turn.getString("credential"))).startsWith(KEY + ".");
        }
    }

    @Test
    void shouldAllocateWithWhatTwiliosFormatGives() {
        String basic = Base64.getEncoder().encodeToString((KEY + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        Config token = json(post("/2010-04-01/Accounts/" + KEY + "/Tokens.json", "Basic " + basic, "Ttl=3600"), 201);
        Config turn = token.getConfigList("ice_servers")
            .stream()
            .filter(server -> server.getString("url").startsWith("turn:127"))
            .findFirst()
            .orElseThrow();

        assertThat(allocate(turn.getString("url"), turn.getString("username"), turn.getString("credential")))
            .isNotEmpty();
        assertThat(turn.getString("credential")).isEqualTo(token.getString("password"));
    }

    @Test
    void shouldAllocateWithWhatTheRestApiGives() {
        URI uri = URI.create(
            "http://127.0.0.1:" + doorPort + "/?service=turn&username=%40ann%3Amatrix.test&key=" + SECRET);
        Config answer = json(send(HttpRequest.newBuilder(uri).build()), 200);
        String url = only(answer.getStringList("uris"), "turn:127");

        assertThat(allocate(url, answer.getString("username"), answer.getString("password")))
            .isEqualTo("@ann:matrix.test");
    }

    @Test
    void shouldAllocateWithWhatARegistrationBrings() {
        try (SipUserAgent alice = SipUserAgent
            .connect(webSocketPort, new Identity(DOMAIN, TurnstoneNode.USER, TurnstoneNode.PASSWORD))) {
            SipText registered = alice.register(600);
            Pattern server = Pattern
                .compile("<(turn:127[^>]*)>;username=\"([^\"]*)\";credential=\"([^\"]*)\";ttl=86400");
            Matcher matcher = registered.headers("Turn-Server")
                .stream()
                .map(server::matcher)
                .filter(Matcher::matches)
                .findFirst()
                .orElseThrow(() -> new AssertionError(registered.text()));

            assertThat(allocate(matcher.group(1), matcher.group(2), matcher.group(3))).isEqualTo(TurnstoneNode.USER);
        }
    }

    @Test
    void shouldGiveNothingThatAnotherCouldHaveMade() {
        Config answer = json(post("/v1/turn/credentials", bearer(), "{\"user\":\"alice\"}"), 200);
        Config turn = answer.getConfigList("iceServers").getLast();
        String url = only(turn.getStringList("urls"), "turn:127");
        Credentials forged = Credentials.longTerm(
            turn.getString("username").replace(":alice", ":mallory"), turn.getString("credential"));

        assertThat(allocate(url, forged, 401)).isEmpty();
    }

    @Test
    void shouldStayUnmovedByNonsense() {
        Random random = new Random(20_261_129);
        for (int i = 0; i < 100; i++) {
            byte[] body = new byte[1 + random.nextInt(8_000)];
            random.nextBytes(body);
            HttpResponse<String> response = send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + doorPort + "/v1/turn/credentials"))
                    .header("Authorization", i % 2 == 0 ? bearer() : "Bearer x")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build());

            assertThat(response.statusCode()).isIn(400, 401, 413, 429);
            assertThat(ConfigFactory.parseString(response.body()).getString("error")).isNotEmpty();
        }
        assertThat(post("/v1/turn/credentials", bearer(), "").statusCode()).isIn(200, 429);
        assertThat(node.admin().metrics().sum("turnstone_doors_refused_total")).isPositive();
        assertThat(node.admin().metrics().sum("turnstone_doors_unauthenticated_total")).isPositive();
    }
}
