package io.turnstone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRulesTest {
    private static SettingsLoader withTokens() {
        return new SettingsLoader()
            .set("signaling.domain", "sip.example.com")
            .set("signaling.listen-ws", List.of("127.0.0.1:8080"))
            .set("auth.tokens.keys", "keys.json")
            .set("auth.tokens.issuer", "https://id.example.com")
            .set("auth.tokens.audience", "sip");
    }

    @Test
    void shouldTakeNoTokensByDefault() {
        assertThat(SettingsLoader.defaults().auth().tokens().keys()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"keys.json", "/etc/turnstone/keys.json", "https://id.example.com/jwks",
        "http://[::1]:8080/k"})
    void shouldReadWhereTheKeysAre(String keys) {
        Settings.Tokens tokens = withTokens().set("auth.tokens.keys", keys).load().auth().tokens();

        assertThat(tokens.keys()).contains(keys);
        assertThat(tokens.userClaim()).isEqualTo("sub");
        assertThat(tokens.clockSkew()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
        auth.tokens.keys,                  https://,              a URL of http or https with a host
        auth.tokens.keys,                  https://a b/,          a URL of http or https with a host
        auth.tokens.issuer,                ``,                    since auth.tokens.keys is set
        auth.tokens.audience,              ``,                    since auth.tokens.keys is set
        auth.tokens.authorization-server,  http://id.example.com, a URL of https
        auth.tokens.refresh-interval,      1 s,                   from 10 s to 1 d
        """)
    void shouldNameWhatCannotBe(String key, String value, String allowed) {
        assertThatThrownBy(() -> withTokens().set(key, value).load()).isInstanceOf(ConfigurationException.class)
            .hasMessageContaining(allowed);
    }

    @Test
    void shouldNotTakeAnIssuerWithoutKeys() {
        assertThatThrownBy(() -> new SettingsLoader().set("auth.tokens.issuer", "i").load())
            .hasMessageStartingWith("turnstone.auth.tokens.issuer")
            .hasMessageContaining("without auth.tokens.keys");
        assertThatThrownBy(() -> new SettingsLoader().set("auth.tokens.keys", "keys.json").load())
            .hasMessageContaining("without signaling.domain");
    }
}
