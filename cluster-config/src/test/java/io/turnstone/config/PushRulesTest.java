package io.turnstone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushRulesTest {
    private static SettingsLoader withSignaling() {
        return new SettingsLoader()
            .set("signaling.domain", "sip.example.com")
            .set("signaling.listen-ws", List.of("127.0.0.1:8080"));
    }

    @Test
    void shouldReadOneGatewayForEachServiceAndShowNoSecret() {
        Settings.Push push = withSignaling()
            .set("signaling.push.gateways", List.of("FCM=https://push.example.org/fcm?key=k", "apns=http://[::1]:9/a"))
            .load()
            .signaling()
            .push();

        assertThat(push.gateways()).extracting(PushGateway::provider).containsExactly("fcm", "apns");
        assertThat(push.gateways().getFirst().url()).hasToString("https://push.example.org/fcm?key=k");
        assertThat(push.gateways().getFirst()).hasToString("fcm=(hidden)");
        assertThat(push.patience()).isEqualTo(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://push.example.org", "fcm=", "fcm=ftp://a/secret", "f m=http://a/secret",
        "fcm=http:///secret", "fcm=http://user:secret@a/", "fcm=http://a b/secret"})
    void shouldNotTakeWhatIsNoGateway(String gateway) {
        assertThatThrownBy(() -> withSignaling().set("signaling.push.gateways", List.of(gateway)).load())
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("PROVIDER=URL")
            .hasMessageNotContaining("secret");
    }

    @Test
    void shouldNotTakeAServiceTwiceOrWithoutSignaling() {
        assertThatThrownBy(
            () -> withSignaling().set("signaling.push.gateways", List.of("fcm=http://a/1", "fcm=http://a/2")).load())
            .hasMessageContaining("each service once");
        assertThatThrownBy(() -> new SettingsLoader().set("signaling.push.gateways", List.of("fcm=http://a/1")).load())
            .hasMessageContaining("without signaling.domain");
    }
}
