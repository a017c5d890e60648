package io.turnstone.protocol.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LongTermCredentialsTest {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[400]);
    private final StunWriter writer = new StunWriter();
    private final StunMessage message = new StunMessage();

    @Test
    void shouldHashNameRealmAndPassword() {
        // RFC 5389 §15.4 and RFC 8489 §9.2.2 name this example: user, realm, pass
        assertThat(
            HexFormat.of().formatHex(LongTermKey.of(PasswordAlgorithm.MD5, "user", "realm", "pass").getEncoded()))
            .isEqualTo("8493fbc53ba582fb4c044c456bdc40eb");
        assertThat(LongTermKey.of(PasswordAlgorithm.SHA_256, "user", "realm", "pass").getEncoded()).hasSize(32);
    }

    @Test
    void shouldGiveTheSameKeyWhenTextDiffersOnlyInFormAndSpaces() {
        // decomposed é against composed, ideographic space against space
        assertThat(LongTermKey.of(PasswordAlgorithm.MD5, "cafe\u0301", "r", "a\u3000b"))
            .isEqualTo(LongTermKey.of(PasswordAlgorithm.MD5, "caf\u00e9", "r", "a b"));
        assertThat(LongTermKey.of(PasswordAlgorithm.MD5, "Bob", "r", "x"))
            .isNotEqualTo(LongTermKey.of(PasswordAlgorithm.MD5, "bob", "r", "x"));
    }

    @Test
    void shouldKeepAUserHashWhenItGoesThroughOctets() {
        UserHash hash = UserHash.of("alice", "example.org");

        assertThat(UserHash.ofBytes(hash.toBytes())).isEqualTo(hash);
        assertThat(hash).hasToString(HexFormat.of().formatHex(hash.toBytes()));
        assertThatThrownBy(() -> UserHash.ofBytes(new byte[31])).hasMessageContaining("32").hasMessageContaining("31");
    }

    @ParameterizedTest
    @CsvSource({"8388608, gAAA", "4194304, QAAA", "12582912, wAAA", "0, AAAA", "1, AAAB", "16777215, ////"})
    void shouldWriteAndReadSecurityFeatures(int features, String base64) {
        assertThat(NonceCookie.encode(features)).isEqualTo("obMatJos2" + base64).hasSize(NonceCookie.LENGTH);
        assertThat(NonceCookie.features("obMatJos2" + base64 + "anything")).isEqualTo(features);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "obMatJos2", "obMatJos2AAA", "obMatJos3AAAA", "f//499k954d6OL34oL9FSTvy64sA",
        "obMatJos2A A=",
        "obMatJos2AA==", "obMatJos2\u00ffAAA"})
    void shouldFindNoFeaturesWhenTheCookieIsAbsent(String nonce) {
        assertThat(NonceCookie.features(nonce)).isEqualTo(NonceCookie.ABSENT);
    }

    @Test
    void shouldEncodePasswordAlgorithms() {
        byte[] both = PasswordAlgorithm.encode(List.of(PasswordAlgorithm.SHA_256, PasswordAlgorithm.MD5));

        assertThat(HexFormat.of().formatHex(both)).isEqualTo("0002000000010000");
        for (PasswordAlgorithm algorithm : PasswordAlgorithm.values()) {
            assertThat(PasswordAlgorithm.ofNumber(algorithm.number())).isEqualTo(algorithm);
        }
        assertThat(PasswordAlgorithm.ofNumber(3)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"00010000, 1", "00020000, 2", "00070000, 7", "0002000401020304, 0", "00020004, 0", "'', 0"})
    void shouldReadThePasswordAlgorithmAsItWasSent(String hex, int number) {
        writer.begin(buffer, 0, StunType.ALLOCATE_REQUEST, 1, 2)
            .bytes(StunAttribute.PASSWORD_ALGORITHM, HexFormat.of().parseHex(hex));
        assertThat(message.wrap(buffer, 0, writer.length())).isTrue();

        assertThat(Credentials.of(message).passwordAlgorithm()).hasValue(number);
    }

    @Test
    void shouldKeepOctetsThatAreNoText() {
        byte[] octets = new byte[256];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) i;
        }
        writer.begin(buffer, 0, StunType.ALLOCATE_REQUEST, 1, 2)
            .bytes(StunAttribute.NONCE, octets)
            .bytes(StunAttribute.USERHASH, new byte[31]);
        assertThat(message.wrap(buffer, 0, writer.length())).isTrue();

        Credentials credentials = Credentials.of(message);

        assertThat(String.valueOf(credentials.nonce()).getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(octets);
        assertThat(credentials.userHash()).isNull();
    }
}
