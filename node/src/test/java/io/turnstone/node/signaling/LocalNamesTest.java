package io.turnstone.node.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipTransport;
import io.turnstone.protocol.sip.SipUri;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalNamesTest {
    private final LocalNames names = new LocalNames(
        new SignalingSettings(1, List.of("Example.com", "example.net"),
            Map.of(SipTransport.UDP, "192.0.2.1:5060", SipTransport.TCP, "[2001:db8::1]:5070", SipTransport.WS, "Edge"),
            SipTimers.DEFAULT, RegistrationLimits.DEFAULT, SipLimits.DEFAULT, 10, 120));

    private static SipUri uri(String text) {
        UnsafeBuffer buffer = Sip.buffer(text);
        SipUri uri = new SipUri();
        assertThat(uri.wrap(buffer.byteArray(), 0, buffer.capacity())).as(text).isTrue();
        return uri;
    }

    @ParameterizedTest
    @CsvSource({
        "sip:bob@EXAMPLE.com:5099, bob@example.com",
        "sips:b%6fb@example.net;x=y, bob@example.net",
        "sip:bob@192.0.2.1, bob@example.com",
        "sip:bob@192.0.2.1:5060, bob@example.com",
        "sip:bob@[2001:db8::1]:5070, bob@example.com",
        "sip:bob@edge:8080, bob@example.com",
        "sip:example.net, example.net"})
    void shouldKnowItsOwnAddressesOfRecord(String text, String addressOfRecord) {
        assertThat(names.isOurs(uri(text))).isTrue();
        assertThat(names.addressOfRecord(uri(text))).isEqualTo(addressOfRecord);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sip:bob@192.0.2.1:5061", "sip:bob@[2001:db8::1]:5060", "sip:bob@example.org",
        "sip:bob@dge",
        "sip:bob@sub.example.com", "tel:+15551234", "mailto:bob@example.com"})
    void shouldLeaveOthersToOthers(String text) {
        assertThat(names.isOurs(uri(text))).isFalse();
    }
}
