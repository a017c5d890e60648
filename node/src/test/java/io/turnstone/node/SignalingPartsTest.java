package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.config.MachineAddress;
import io.turnstone.config.Settings;
import io.turnstone.config.SettingsLoader;
import io.turnstone.protocol.sip.SipTransport;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalingPartsTest {
    private static Settings.Signaling load(SettingsLoader loader) {
        return loader.set("signaling.domain", "example.com").load().signaling();
    }

    @Test
    void shouldAdvertiseListenersToPhonesAndTheDomainToBrowsersByDefault() {
        Settings.Signaling signaling = load(
            new SettingsLoader().set("signaling.listen-ws", List.of("127.0.0.1:80"))
                .set("signaling.listen-sip", List.of("[::1]:5060", "127.0.0.1:5062")));

        assertThat(SignalingParts.advertised(signaling)).containsOnlyKeys(SipTransport.UDP, SipTransport.TCP)
            .containsEntry(SipTransport.UDP, "[::1]:5060")
            .containsEntry(SipTransport.TCP, "[::1]:5060");
    }

    @Test
    void shouldAdvertiseTheMachineForAWildcard() {
        Settings.Signaling signaling = load(new SettingsLoader().set("signaling.listen-sip", List.of("0.0.0.0:5060")));

        assertThat(SignalingParts.advertised(signaling))
            .containsEntry(SipTransport.TCP, MachineAddress.text() + ":5060");
    }

    @Test
    void shouldAdvertiseWhatIsGivenWithThePortOfEachTransport() {
        Settings.Signaling signaling = load(
            new SettingsLoader().set("signaling.listen-wss", List.of("127.0.0.1:443"))
                .set("signaling.listen-sip", List.of("127.0.0.1:5060"))
                .set("signaling.listen-sips", List.of("127.0.0.1:5061"))
                .set("signaling.certificate", "chain.pem")
                .set("signaling.private-key", "key.pem")
                .set("signaling.advertise", "edge.example.com:15060"));

        assertThat(SignalingParts.advertised(signaling)).containsEntry(SipTransport.WSS, "edge.example.com")
            .containsEntry(SipTransport.UDP, "edge.example.com:15060")
            .containsEntry(SipTransport.TCP, "edge.example.com:15060")
            .containsEntry(SipTransport.TLS, "edge.example.com:5061");
    }
}
