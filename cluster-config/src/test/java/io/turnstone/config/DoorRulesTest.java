package io.turnstone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorRulesTest {
    private static final String KEY = "shop:sixteen-letters-or-more";

    private static SettingsLoader withDoors() {
        return new SettingsLoader()
            .set("doors.listen-http", List.of("127.0.0.1:8090"))
            .set("doors.keys", List.of(KEY))
            .set("auth.shared-secrets", List.of("north"));
    }

    @Test
    void shouldHaveNoDoorsByDefault() {
        Settings.Doors doors = SettingsLoader.defaults().doors();

        assertThat(doors.listenHttp()).isEmpty();
        assertThat(doors.defaultLifetime()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void shouldReadDoors() {
        List<String> urls = List.of("stun:turn.example.org", "turn:turn.example.org:3478?transport=udp");

        Settings.Doors doors = withDoors().set("doors.urls", urls).load().doors();

        assertThat(doors.keys()).extracting(UserCredential::name).containsExactly("shop");
        assertThat(doors.urls()).isEqualTo(urls);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
        doors.keys,           shop:short,                      16 characters or more
        doors.keys,           sh/op:sixteen-letters-or-more,   it stands in paths
        doors.urls,           turn.example.org,                `stun:, stuns:, turn: or turns:`
        doors.urls,           turn:a b,                        `stun:, stuns:, turn: or turns:`
        doors.urls,           stun:turn.example.org,           at least one that begins with turn
        """)
    void shouldNameWhatCannotBeServed(String key, String element, String allowed) {
        assertThatThrownBy(() -> withDoors().set(key, List.of(element)).load())
            .isInstanceOf(ConfigurationException.class)
            .hasMessageStartingWith("turnstone." + key)
            .hasMessageContaining(allowed)
            .hasMessageNotContaining("sixteen-letters");
    }

    @Test
    void shouldNameWhatIsMissing() {
        assertThatThrownBy(() -> withDoors().set("doors.keys", List.of()).load())
            .hasMessageContaining("since doors.listen-http is set");
        assertThatThrownBy(() -> withDoors().set("auth.shared-secrets", List.of()).load())
            .hasMessageStartingWith("turnstone.auth.shared-secrets");
        assertThatThrownBy(() -> new SettingsLoader().set("doors.keys", List.of(KEY)).load())
            .hasMessageContaining("without doors.listen-http");
        assertThatThrownBy(() -> withDoors().set("doors.in-registrations", true).load())
            .hasMessageContaining("false without signaling.domain");
        assertThatThrownBy(() -> withDoors().set("doors.keys", List.of(KEY, "other" + KEY.substring(4))).load())
            .hasMessageContaining("each name and each secret once");
    }
}
