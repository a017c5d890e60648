package io.turnstone.node.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.BearerTokens.Verdict.Accepted;
import io.turnstone.node.auth.BearerTokens.Verdict.Refused;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokensTest {
    private static final long NOW_MS = 1_795_000_000_000L;
    private static final long SKEW_MS = 30_000;
    private static final TokenSettings SETTINGS = new TokenSettings(
        "https://id.example.org", "sip", "sub", SKEW_MS, "https://id.example.org/authorize");
    private static final TokenIssuer ISSUER = new TokenIssuer("ES256", "one");
    private static final String CLAIMS = "{\"iss\":\"https://id.example.org\",\"aud\":[\"web\",\"sip\"],\"sub\":\"alice\","
        + "\"exp\":1795000060,\"nbf\":1794999990}";

    private JsonWebKeys keys = keySet(ISSUER);
    private int unknownKeys;
    private final BearerTokens tokens = new BearerTokens(SETTINGS, () -> keys, () -> unknownKeys++);

    private static JsonWebKeys keySet(TokenIssuer issuer) {
        return parsed(issuer.keySet(""));
    }

    private static JsonWebKeys parsed(String text) {
        return Objects.requireNonNull(JsonWebKeys.parse(text), text);
    }

    private void assertRefused(String token, String reason) {
        assertThat(tokens.verify(token, NOW_MS)).isEqualTo(new Refused(reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "ES256", "ES384", "EdDSA"})
    void shouldTakeWhatAnIssuerSignedAndNothingElse(String algorithm) {
        TokenIssuer issuer = new TokenIssuer(algorithm, "k");
        keys = keySet(issuer);
        String token = issuer.token(CLAIMS);

        assertThat(keys.size()).isEqualTo(1);
        assertThat(tokens.verify(token, NOW_MS)).isEqualTo(new Accepted("alice"));
        assertRefused(new TokenIssuer(algorithm, "k").token(CLAIMS), "its signature is wrong");
        String[] other = issuer.token(CLAIMS.replace("alice", "admin")).split("\\.", -1);
        String[] parts = token.split("\\.", -1);
        assertRefused(parts[0] + "." + other[1] + "." + parts[2], "its signature is wrong");
        assertRefused(parts[0] + "." + parts[1] + ".", "its signature is wrong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "HS256", "es256", "PS256", ""})
    void shouldTakeNoOtherAlgorithm(String algorithm) {
        assertRefused(
            ISSUER.token("{\"alg\":\"" + algorithm + "\",\"kid\":\"one\"}", CLAIMS), "its algorithm is not taken");
    }

    @Test
    void shouldNotUseAKeyForTheAlgorithmOfAnother() {
        assertRefused(ISSUER.token("{\"alg\":\"RS256\",\"kid\":\"one\"}", CLAIMS), "its key is not known");
        assertRefused(ISSUER.token("{\"alg\":\"ES384\",\"kid\":\"one\"}", CLAIMS), "its key is not known");
        keys = parsed(ISSUER.keySet("\"alg\":\"ES384\","));
        assertRefused(ISSUER.token(CLAIMS), "its key is not known");
    }

    @Test
    void shouldAskForKeysWhenATokenNamesOneThatIsNotKnown() {
        TokenIssuer next = new TokenIssuer("EdDSA", "two");

        assertRefused(next.token(CLAIMS), "its key is not known");
        assertThat(unknownKeys).isEqualTo(1);
        keys = parsed("{\"keys\":[" + ISSUER.key("") + "," + next.key("\"use\":\"sig\",") + "]}");
        assertThat(tokens.verify(next.token(CLAIMS), NOW_MS)).isEqualTo(new Accepted("alice"));
        assertThat(unknownKeys).isEqualTo(1);
    }

    @Test
    void shouldTryEveryKeyForATokenThatNamesNone() {
        TokenIssuer next = new TokenIssuer("ES256", "two");
        keys = parsed("{\"keys\":[" + next.key("") + "," + ISSUER.key("") + "]}");

        assertThat(tokens.verify(ISSUER.token("{\"alg\":\"ES256\"}", CLAIMS), NOW_MS)).isEqualTo(new Accepted("alice"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
        "iss":"https://id.example.org", "iss":"https://evil.example",   its issuer is another
        "iss":"https://id.example.org", "iss":["https://id.example.org"], its issuer is another
        `"aud":["web","sip"]`,          "aud":"web",                    it is for another audience
        `"aud":["web","sip"],`,         ``,                             it is for another audience
        "exp":1795000060,               "exp":1794999970,               it has expired
        "exp":1795000060,               "exp":"1795000060",             it does not say when it expires
        "nbf":1794999990,               "nbf":1795000031,               it is not good yet
        "nbf":1794999990,               "nbf":"soon",                   it is not good yet
        "sub":"alice",                  "sub":"",                       sub names no user
        "sub":"alice",                  "sub":7,                        sub names no user
        "sub":"alice",                  "sub":"a\\r\\nb",               sub names no user
        "sub":"alice",                  "sub":"a"x,                     a part of it cannot be read
        """)
    void shouldSayWhichClaimIsWrong(String good, String bad, String reason) {
        assertThat(CLAIMS).contains(good);

        assertRefused(ISSUER.token(CLAIMS.replace(good, bad)), reason);
    }

    @Test
    void shouldAllowForClocksThatDiffer() {
        long expiryMs = 1_795_000_060_000L;
        String token = ISSUER.token(CLAIMS.replace("[\"web\",\"sip\"]", "\"sip\""));

        assertThat(tokens.verify(token, expiryMs + SKEW_MS - 1)).isEqualTo(new Accepted("alice"));
        assertThat(tokens.verify(token, expiryMs + SKEW_MS)).isEqualTo(new Refused("it has expired"));
        assertThat(tokens.verify(token, 1_794_999_990_000L - SKEW_MS)).isEqualTo(new Accepted("alice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"crit\":[\"exp\"]", "\"typ\":\"id_token+jwt\"", "\"typ\":7"})
    void shouldRefuseTokensForSomethingElse(String more) {
        assertRefused(
            ISSUER.token("{\"alg\":\"ES256\",\"kid\":\"one\"," + more + "}", CLAIMS),
            "it is a token for something else");
    }

    @Test
    void shouldTakeTheTypeOfAccessTokens() {
        String header = "{\"alg\":\"ES256\",\"kid\":\"one\",\"typ\":\"at+JWT\"}";

        assertThat(tokens.verify(ISSUER.token(header, CLAIMS), NOW_MS)).isEqualTo(new Accepted("alice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b", "a.b.c.d", "opaque", "e30.e30.=", "e30=.e30.AA", "é.e30.e30"})
    void shouldRefuseWhatIsNoToken(String token) {
        assertThat(tokens.verify(token, NOW_MS)).isInstanceOf(Refused.class);
    }

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldTakeNoTokenThatWasChanged(int seed) {
        Random random = new Random(seed);
        String token = ISSUER.token(CLAIMS);
        int place = random.nextInt(token.lastIndexOf('.') - 1);
        char other = (char) (' ' + random.nextInt(95));

        String changed = token.substring(0, place) + other + token.substring(place + 1);

        assertThat(tokens.verify(changed, NOW_MS) instanceof Accepted).isEqualTo(changed.equals(token));
    }

    @Test
    void shouldPassOverKeysThatAreOfNoUse() {
        String others = "{\"kty\":\"oct\",\"k\":\"AAAA\"},{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"},"
            + "{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AA\",\"y\":\"AA\"},{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"!\"},"
            + "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AAAA\"},{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"},{},7";

        assertThat(parsed("{\"keys\":[" + others + "]}").size()).isZero();
        assertThat(parsed("{\"keys\":[" + others + "," + ISSUER.key("") + "]}").size()).isEqualTo(1);
        assertThat(parsed(ISSUER.keySet("\"use\":\"enc\",")).size()).isZero();
        assertThat(JsonWebKeys.parse("{}")).isNull();
        assertThat(JsonWebKeys.parse("[]")).isNull();
    }

    @Test
    void shouldRefuseClaimsThatAreNotUtf8() {
        String token = ISSUER.token(CLAIMS);
        String claims = TokenIssuer.base64(new byte[]{'{', '"', (byte) 0xFF, '"', ':', '1', '}'});

        assertRefused(
            token.substring(0, token.indexOf('.') + 1) + claims + token.substring(token.lastIndexOf('.')),
            "a part of it cannot be read");
    }
}
