package io.turnstone.node.doors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.CredentialIssuer;
import io.turnstone.node.auth.IceUrls;
import io.turnstone.node.auth.RestSecrets;
import io.turnstone.protocol.json.JsonObject;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoorsTest {
    private static final long NOW_MS = 1_795_000_000_000L;
    private static final String SECRET = "sixteen-letters-or-more";
    private static final String STUN = "stun:192.0.2.1:3478";
    private static final String TURN = "turn:192.0.2.1:3478?transport=udp";
    private static final String BEARER = "Bearer " + SECRET;
    private static final String BASIC = "Basic " + base64("shop:" + SECRET);
    private static final RestSecrets SECRETS = new RestSecrets(List.of("north"), RestSecrets.DEFAULT_SEPARATOR);

    private final Doors doors = doors(1_000);

    private static Doors doors(int requestsPerSecond) {
        List<ApiKey> keys = List.of(new ApiKey("shop", SECRET), new ApiKey("other", "another-secret-of-16"));
        DoorSettings settings = new DoorSettings(keys, new IceUrls(List.of(STUN, TURN)), 600, 3600, requestsPerSecond);
        return new Doors(settings, new CredentialIssuer(SECRETS), new Random(1));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static DoorRequest post(String path, String authorization, String body) {
        return new DoorRequest("POST", path, Map.of(), authorization, body);
    }

    private static DoorRequest restApi(String... namesAndValues) {
        Map<String, String> query = new HashMap<>(Map.of("service", "turn"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            query.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new DoorRequest("GET", "/", query, "", "");
    }

    private DoorResponse answer(DoorRequest request) {
        return doors.answer(request, NOW_MS);
    }

    private static JsonObject json(DoorResponse response) {
        return Objects.requireNonNull(JsonObject.parse(response.body()), response.body());
    }

    private static void assertPassword(String username, String password) {
        assertThat(SECRETS.passwords(username)).contains(password);
    }

    @Test
    void shouldGiveABrowserItsIceServers() {
        DoorResponse response = answer(
            post("/v1/turn/credentials", BEARER, "{\"user\":\"alice\",\"ttl\":60}"));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(
            "{\"iceServers\":[{\"urls\":[\"" + STUN + "\"]},{\"urls\":[\"" + TURN
                + "\"],\"username\":\"1795000060:alice\",\"credential\":\""
                + SECRETS.passwords("1795000060:alice").getFirst()
                + "\"}],\"ttl\":60,\"expires\":\"2026-11-18T11:07:40Z\"}");
    }

    @Test
    void shouldNameTheCallInTheUsername() {
        String body = answer(
            post("/v1/turn/credentials", BEARER, "{\"user\":\"alice\",\"call\":\"a84b4c76e66710@host\"}")).body();

        assertThat(body).containsPattern("\"username\":\"1795000600:alice#[A-Za-z0-9_-]{16}\"");
    }

    @Test
    void shouldGiveWhoeverIsNotNamedAnAccountOfTheirOwn() {
        DoorRequest request = post("/v1/turn/credentials", BEARER, "");

        assertThat(answer(request).body()).containsPattern("\"username\":\"1795000600:shop\\.[A-Za-z0-9_-]{12}\"");
        assertThat(answer(request).body()).isNotEqualTo(answer(request).body());
    }

    @Test
    void shouldSpeakCloudflaresFormat() {
        DoorResponse array = answer(
            post("/v1/turn/keys/shop/credentials/generate-ice-servers", BEARER,
                "{\"ttl\":86,\"customIdentifier\":\"u\"}"));
        DoorResponse object = answer(post("/v1/turn/keys/shop/credentials/generate", BEARER, "{\"ttl\":86}"));

        assertThat(array.status()).isEqualTo(201);
        List<JsonObject> servers = json(array).objects("iceServers");
        assertThat(servers).hasSize(2);
        assertThat(servers.getFirst().texts("urls")).containsExactly(STUN);
        assertThat(servers.getLast().texts("urls")).containsExactly(TURN);
        assertThat(servers.getLast().text("username")).isEqualTo("1795000086:u");
        assertThat(object.status()).isEqualTo(201);
        assertThat(object.body()).startsWith(
            "{\"iceServers\":{\"urls\":[\"" + STUN + "\",\"" + TURN + "\"],\"username\":\"1795000086:shop.");
    }

    @Test
    void shouldSpeakTwiliosFormat() {
        DoorResponse response = answer(post("/2010-04-01/Accounts/shop/Tokens.json", BASIC, "User=a%40b&Ttl=86"));

        assertThat(response.status()).isEqualTo(201);
        JsonObject token = json(response);
        assertThat(token.text("account_sid")).isEqualTo("shop");
        assertThat(token.text("date_created")).isEqualTo("Wed, 18 Nov 2026 11:06:40 +0000");
        assertThat(token.text("date_updated")).isEqualTo(token.text("date_created"));
        assertThat(token.text("username")).isEqualTo("1795000086:a@b");
        assertThat(token.text("ttl")).isEqualTo("86");
        List<JsonObject> servers = token.objects("ice_servers");
        assertThat(servers).extracting(server -> server.text("url")).containsExactly(STUN, TURN);
        assertThat(servers).extracting(server -> server.text("urls")).containsExactly(STUN, TURN);
        assertThat(servers.getFirst().has("credential")).isFalse();
        assertThat(servers.getLast().text("credential")).isEqualTo(token.text("password"));
        assertPassword("1795000086:a@b", Objects.requireNonNull(token.text("password")));
    }

    @Test
    void shouldSpeakTheRestApi() {
        DoorResponse response = answer(restApi("username", "alice", "key", SECRET));

        assertThat(response.status()).isEqualTo(200);
        JsonObject credential = json(response);
        assertThat(credential.text("username")).isEqualTo("1795000600:alice");
        assertThat(credential.number("ttl")).hasValue(600);
        assertThat(credential.texts("uris")).containsExactly(TURN);
        assertPassword("1795000600:alice", Objects.requireNonNull(credential.text("password")));
        assertThat(answer(new DoorRequest("POST", "/", Map.of("service", "turn"), BEARER, "")).status()).isEqualTo(200);
    }

    static Stream<Arguments> withoutAKey() {
        String cloudflare = "/v1/turn/keys/shop/credentials/generate";
        String twilio = "/2010-04-01/Accounts/shop/Tokens.json";
        return Stream.of(
            Arguments.of(post("/v1/turn/credentials", "", ""), "Bearer"),
            Arguments.of(post("/v1/turn/credentials", "Bearer wrong", ""), "Bearer"),
            Arguments.of(post("/v1/turn/credentials", "Bearer " + SECRET + "x", ""), "Bearer"),
            Arguments.of(post("/v1/turn/credentials", BASIC, ""), "Bearer"),
            Arguments.of(post(cloudflare, "Bearer another-secret-of-16", ""), "Bearer"),
            Arguments.of(post(cloudflare.replace("shop", "else"), BEARER, ""), "Bearer"),
            Arguments.of(post(twilio, BEARER, ""), "Basic"),
            Arguments.of(post(twilio, "Basic !!", ""), "Basic"),
            Arguments.of(post(twilio, "Basic " + base64("shop"), ""), "Basic"),
            Arguments.of(post(twilio, "Basic " + base64("other:" + SECRET), ""), "Basic"),
            Arguments.of(post(twilio.replace("shop", "other"), BASIC, ""), "Basic"),
            Arguments.of(restApi("username", "alice"), "Bearer"),
            Arguments.of(restApi("username", "alice", "key", "wrong"), "Bearer"));
    }

    @ParameterizedTest
    @MethodSource("withoutAKey")
    void shouldTurnAwayWhoHasNoKey(DoorRequest request, String scheme) {
        DoorResponse response = answer(request);

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers().get("WWW-Authenticate")).startsWith(scheme);
        assertThat(response.body()).doesNotContain(SECRET).doesNotContain("username");
        assertThat(doors.counters().get(DoorCounter.UNAUTHENTICATED)).isEqualTo(1);
        assertThat(doors.counters().get(DoorCounter.ISSUED)).isZero();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
        nonsense,                  the body is no JSON object
        [],                        the body is no JSON object
        {"ttl":"600"},             ttl is not a whole number of seconds
        {"ttl":1.5},               ttl is not a whole number of seconds
        {"ttl":0},                 above 0
        {"ttl":-1},                above 0
        {"ttl":3601},              allowed: 1 to 3600 seconds
        {"ttl":1e300},             allowed: 1 to 3600 seconds
        {"user":7},                user is not a text
        {"call":["x"]},            call is not a text
        {"user":"a#b"},            the user's name is not allowed
        {"user":"a\\nb"},          the user's name is not allowed
        """)
    void shouldSayWhatItCannotRead(String body, String sentence) {
        DoorResponse response = answer(post("/v1/turn/credentials", BEARER, body));

        assertThat(response.status()).isEqualTo(400);
        assertThat(json(response).text("error")).contains(sentence);
        assertThat(doors.counters().get(DoorCounter.REFUSED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "", "-5", "99999999999999999999", "3601"})
    void shouldRefuseATimeThatIsNone(String ttl) {
        assertThat(answer(restApi("key", SECRET, "ttl", ttl)).status()).isEqualTo(400);
        DoorResponse twilio = answer(post("/2010-04-01/Accounts/shop/Tokens.json", BASIC, "Ttl=" + ttl));
        assertThat(twilio.status()).isEqualTo(400);
        assertThat(json(twilio).number("status")).hasValue(400);
        assertThat(json(twilio).text("message")).contains("ttl");
    }

    @Test
    void shouldSayWhereTheDoorsAreAndHowToAsk() {
        DoorResponse nowhere = answer(post("/v1/turn/other", BEARER, ""));
        DoorResponse byGet = answer(new DoorRequest("GET", "/v1/turn/credentials", Map.of(), BEARER, ""));

        assertThat(nowhere.status()).isEqualTo(404);
        assertThat(nowhere.body()).contains("POST /v1/turn/credentials");
        assertThat(byGet.status()).isEqualTo(405);
        assertThat(byGet.headers()).containsEntry("Allow", "POST");
        assertThat(answer(new DoorRequest("GET", "/", Map.of(), BEARER, "")).status()).isEqualTo(404);
    }

    @Test
    void shouldLimitEachKeyAloneAndThoseWithout() {
        Doors slow = doors(2);
        DoorRequest good = post("/v1/turn/credentials", BEARER, "");
        DoorRequest bad = post("/v1/turn/credentials", "", "");
        DoorRequest other = post("/v1/turn/credentials", "Bearer another-secret-of-16", "");

        assertThat(Stream.of(bad, bad, bad).map(request -> slow.answer(request, NOW_MS).status()))
            .containsExactly(401, 401, 429);
        assertThat(Stream.of(good, good, good).map(request -> slow.answer(request, NOW_MS).status()))
            .containsExactly(200, 200, 429);
        assertThat(slow.answer(other, NOW_MS).status()).isEqualTo(200);
        assertThat(slow.answer(good, NOW_MS + 499).status()).isEqualTo(429);
        DoorResponse limited = slow.answer(good, NOW_MS + 499);
        assertThat(limited.headers()).containsEntry("Retry-After", "1");
        assertThat(slow.answer(good, NOW_MS + 1_000).status()).isEqualTo(200);
        assertThat(slow.counters().get(DoorCounter.LIMITED)).isEqualTo(3);
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldAnswerNonsenseInJsonAndGiveNothingWithoutAKey(long seed) {
        Random random = new Random(seed);
        List<String> paths = List.of("/v1/turn/credentials", "/v1/turn/keys/shop/credentials/generate",
            "/2010-04-01/Accounts/shop/Tokens.json", "/", "/v1/turn/keys//credentials/generate");
        DoorRequest request = new DoorRequest(random.nextBoolean() ? "POST" : text(random),
            paths.get(random.nextInt(paths.size())),
            Map.of("service", "turn", "key", text(random), "ttl", text(random)),
            List.of("", "Bearer", "Basic ", "Basic " + base64(text(random)), "Bearer " + text(random))
                .get(random.nextInt(5)),
            text(random));

        DoorResponse response = answer(request);

        assertThat(response.status()).isIn(401, 404, 405);
        assertThat(JsonObject.parse(response.body())).isNotNull();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldAnswerNonsenseOfThoseWithAKeyInJson(long seed) {
        Random random = new Random(seed);
        String json = "{\"user\":\"" + text(random) + "\",\"call\":\"" + text(random) + "\",\"ttl\":" + text(random)
            + "}";
        DoorResponse ours = answer(post("/v1/turn/credentials", BEARER, json));
        DoorResponse twilio = answer(
            post("/2010-04-01/Accounts/shop/Tokens.json", BASIC, "User=" + text(random) + "&Ttl=" + text(random)));

        assertThat(ours.status()).isIn(200, 400);
        assertThat(twilio.status()).isIn(201, 400);
        assertThat(JsonObject.parse(ours.body())).isNotNull();
        assertThat(JsonObject.parse(twilio.body())).isNotNull();
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append((char) (random.nextBoolean() ? '0' + random.nextInt(10) : random.nextInt(0x180)));
        }
        return text.toString();
    }
}
