package io.turnstone.protocol.turn;

import static io.turnstone.protocol.stun.StunAttribute.TURN_SERVER_SET;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.HexFile;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.Credentials;
import io.turnstone.protocol.stun.LongTermKey;
import io.turnstone.protocol.stun.MessageIntegrity;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.turn.TurnRequest.AllocateRequest;
import io.turnstone.protocol.turn.TurnRequest.ChannelBindRequest;
import io.turnstone.protocol.turn.TurnRequest.CreatePermissionRequest;
import io.turnstone.protocol.turn.TurnRequest.RefreshRequest;
import io.turnstone.protocol.turn.TurnRequestDecoder.Decoded;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import javax.crypto.SecretKey;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets that coturn's client and Chromium sent to a coturn server. */
class CapturedPacketsTest {
    private static final SecretKey KEY = LongTermKey.of(PasswordAlgorithm.MD5, "alice", "example.org", "wonderland");

    private final StunMessage message = new StunMessage();
    private final SendIndication send = new SendIndication();
    private final ChannelData channelData = new ChannelData();

    @ParameterizedTest
    @ValueSource(strings = {
        "coturn-allocate",
        "coturn-allocate-dont-fragment",
        "coturn-refresh",
        "coturn-create-permission",
        "coturn-channel-bind",
        "chromium-allocate",
        "chromium-create-permission",
        "chromium-channel-bind",
        "chromium-refresh"})
    void shouldAuthenticateWhenTheRequestHasCredentials(String name) {
        wrap(name);

        Credentials credentials = Credentials.of(message);

        assertThat(credentials.username()).isEqualTo("alice");
        assertThat(credentials.realm()).isEqualTo("example.org");
        assertThat(credentials.nonce()).hasSize(16);
        assertThat(credentials.hasAnyIntegrity()).isTrue();
        assertThat(new MessageIntegrity().verify(message, KEY)).isTrue();
        assertThat(message.has(StunAttribute.FINGERPRINT)).isEqualTo(name.startsWith("coturn"));
        assertThat(message.fingerprintValid()).isEqualTo(name.startsWith("coturn"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"coturn-allocate-challenged", "chromium-allocate-challenged"})
    void shouldFindNoCredentialsWhenTheFirstAllocateComes(String name) {
        wrap(name);

        assertThat(message.messageType()).isEqualTo(StunType.ALLOCATE_REQUEST);
        assertThat(Credentials.of(message).hasAnyIntegrity()).isFalse();
        assertThat(Credentials.of(message).username()).isNull();
    }

    @Test
    void shouldReadABindingRequestOfChromium() {
        wrap("chromium-binding");

        assertThat(message.messageType()).isEqualTo(StunType.BINDING_REQUEST);
        assertThat(message.firstAttribute()).isEqualTo(StunMessage.NOT_FOUND);
    }

    @Test
    void shouldDecodeTheRequestsOfCoturnsClient() {
        assertThat(decode("coturn-allocate")).isEqualTo(allocate(OptionalInt.of(777), EvenPort.EVEN, false));
        assertThat(decode("coturn-allocate-dont-fragment"))
            .isEqualTo(allocate(OptionalInt.of(777), EvenPort.ANY, true));
        assertThat(decode("coturn-refresh"))
            .isEqualTo(new RefreshRequest(OptionalInt.of(777), OptionalInt.empty()));
        assertThat(decode("coturn-create-permission"))
            .isEqualTo(new CreatePermissionRequest(List.of(TransportAddress.parse("127.0.0.1:47500"))));
        assertThat(decode("coturn-channel-bind"))
            .isEqualTo(new ChannelBindRequest(0x5ACC, TransportAddress.parse("127.0.0.1:47500")));
    }

    @Test
    void shouldDecodeTheRequestsOfChromium() {
        assertThat(decode("chromium-allocate")).isEqualTo(allocate(OptionalInt.empty(), EvenPort.ANY, false));
        assertThat(decode("chromium-refresh")).isEqualTo(new RefreshRequest(OptionalInt.of(0), OptionalInt.empty()));
        assertThat(decode("chromium-create-permission"))
            .isEqualTo(new CreatePermissionRequest(List.of(TransportAddress.parse("127.0.0.1:47541"))));
        assertThat(decode("chromium-channel-bind"))
            .isEqualTo(new ChannelBindRequest(0x4000, TransportAddress.parse("127.0.0.1:47504")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"coturn-send", "coturn-send-dont-fragment", "chromium-send"})
    void shouldReadSendIndications(String name) {
        byte[] bytes = HexFile.read("captures/" + name + ".hex");
        UnsafeBuffer buffer = HexFile.direct(bytes);

        assertThat(send.wrap(buffer, 0, bytes.length)).isTrue();

        assertThat(new TransportAddress(send.peerHigh(), send.peerLow(), send.peerPort()).ip())
            .hasToString("127.0.0.1");
        assertThat(send.peerPort()).isBetween(47500, 47600);
        assertThat(send.dontFragment()).isEqualTo(name.contains("dont-fragment"));
        assertThat(send.dataLength()).isEqualTo(name.startsWith("coturn") ? 51 : 100);
        boolean iceCheck = StunMessage.looksLikeStun(buffer, send.dataOffset(), send.dataLength());
        assertThat(iceCheck).isEqualTo(name.startsWith("chromium"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"coturn-channel-data", "chromium-channel-data"})
    void shouldReadChannelData(String name) {
        byte[] bytes = HexFile.read("captures/" + name + ".hex");

        assertThat(ChannelData.looksLikeChannelData(bytes[0])).isTrue();
        assertThat(channelData.wrap(HexFile.direct(bytes), 0, bytes.length)).isTrue();

        assertThat(channelData.channelNumber()).isEqualTo(name.startsWith("coturn") ? 0x4CBF : 0x4000);
        assertThat(channelData.dataLength()).isEqualTo(name.startsWith("coturn") ? 50 : 64);
        assertThat(channelData.dataOffset()).isEqualTo(ChannelData.HEADER_LENGTH);
    }

    private static AllocateRequest allocate(OptionalInt lifetimeSeconds, EvenPort evenPort, boolean dontFragment) {
        return new AllocateRequest(lifetimeSeconds, null, false, evenPort, OptionalLong.empty(), dontFragment, false);
    }

    private TurnRequest decode(String name) {
        wrap(name);
        Decoded decoded = TurnRequestDecoder.decode(message, TURN_SERVER_SET);
        assertThat(decoded).isInstanceOf(Decoded.Valid.class);
        return ((Decoded.Valid) decoded).request();
    }

    private void wrap(String name) {
        byte[] bytes = HexFile.read("captures/" + name + ".hex");
        assertThat(message.wrap(HexFile.direct(bytes), 0, bytes.length)).isTrue();
    }
}
