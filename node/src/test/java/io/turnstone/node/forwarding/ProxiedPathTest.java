package io.turnstone.node.forwarding;

import static io.turnstone.node.forwarding.PathFixture.ALICE;
import static io.turnstone.node.forwarding.PathFixture.CHANNEL;
import static io.turnstone.node.forwarding.PathFixture.OTHER_NODE;
import static io.turnstone.node.forwarding.PathFixture.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.fib.Leg;
import io.turnstone.node.punt.PuntReason;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.turn.ChannelData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Clients behind a proxy that names them, and a balancer that probes. */
class ProxiedPathTest {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final TransportAddress PROXY = TransportAddress.parse("10.0.0.5:33333");
    private static final TransportAddress STRANGER = TransportAddress.parse("203.0.113.66:33333");
    private static final int PROXY_COMMAND = 0x21;
    private static final int LOCAL_COMMAND = 0x20;

    private boolean serving = true;
    private final PathFixture it = new PathFixture(
        new PathSettings(
            "turnstone",
            false,
            PathFixture.INCARNATION,
            50,
            new PathSettings.Balancer(
                List.of(IpPrefix.parse("10.0.0.0/8")), List.of(IpPrefix.parse("10.0.0.0/8")), () -> serving),
            false));

    static byte[] proxied(int command, TransportAddress client, TransportAddress service, byte[] payload) {
        ByteBuffer datagram = ByteBuffer.allocate(28 + payload.length);
        datagram.put(SIGNATURE).put((byte) command).put((byte) 0x12).putShort((short) 12);
        datagram.putInt((int) client.low()).putInt((int) service.low());
        datagram.putShort((short) client.port()).putShort((short) service.port());
        return datagram.put(payload).array();
    }

    private static byte[] channelData() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[ChannelData.HEADER_LENGTH + 5]);
        ChannelData.writeHeader(buffer, ChannelData.HEADER_LENGTH, CHANNEL, 5);
        return buffer.byteArray();
    }

    private void receive(TransportAddress source, byte[] datagram) {
        it.receive(MemorySockets.LISTENER_SOCKET, source, datagram, datagram.length);
    }

    private List<TransportAddress> hops() {
        List<TransportAddress> hops = new ArrayList<>();
        it.punts.drain(packet -> {
            assertThat(packet.source()).isEqualTo(ALICE);
            hops.add(packet.hop());
        }, 100);
        return hops;
    }

    private @Nullable TransportAddress mappedAddress() {
        StunMessage answer = it.onlyAnswer();
        return answer.xorAddress(answer.find(StunAttribute.XOR_MAPPED_ADDRESS));
    }

    @Test
    void shouldForwardForTheClientThatATrustedProxyNamesAndTellHowItCame() {
        receive(PROXY, proxied(PROXY_COMMAND, ALICE, MemorySockets.SERVICE, channelData()));
        assertThat(it.onlySent().to()).isEqualTo(PEER);
        assertThat(it.onlySent().length()).isEqualTo(5);
        assertThat(hops()).containsExactly(PROXY);
    }

    @Test
    void shouldSayNothingMoreOnceTheProxyIsKnown() {
        it.fib.put(it.alice().proxied(true).hop(PROXY).channel(CHANNEL, PEER, PathFixture.LATER_MS).build());
        receive(PROXY, proxied(PROXY_COMMAND, ALICE, MemorySockets.SERVICE, channelData()));
        assertThat(hops()).isEmpty();
        receive(ALICE, channelData());
        assertThat(hops()).containsExactly(ALICE);
    }

    @Test
    void shouldReportAProxiedClientThatIsAttachedElsewhereThoughTheReturnPathIsDirect() {
        it.fib.put(
            it.alice()
                .attachedTo(OTHER_NODE, 0)
                .proxied(true)
                .hop(PROXY)
                .channel(CHANNEL, PEER, PathFixture.LATER_MS)
                .build());
        receive(PROXY, proxied(PROXY_COMMAND, ALICE, MemorySockets.SERVICE, channelData()));
        assertThat(hops()).containsExactly(PROXY);
    }

    @Test
    void shouldSendWhatIsForTheClientToTheProxy() {
        it.fib.put(it.alice().proxied(true).hop(PROXY).build());
        it.fromPeer(PEER, new byte[]{1});
        assertThat(it.onlySent().to()).isEqualTo(PROXY);
        assertThat(it.onlySent().socket()).isEqualTo(MemorySockets.LISTENER_SOCKET);
    }

    @Test
    void shouldAnswerABindingToTheProxyWithTheClientsAddress() {
        byte[] binding = PathFixture.stun(StunType.BINDING_REQUEST, writer -> {});
        receive(PROXY, proxied(PROXY_COMMAND, ALICE, MemorySockets.SERVICE, binding));
        assertThat(it.onlySent().to()).isEqualTo(PROXY);
        assertThat(mappedAddress()).isEqualTo(ALICE);
    }

    @Test
    void shouldPuntARequestWithBothAddresses() {
        byte[] request = PathFixture.stun(
            StunType.REFRESH_REQUEST, writer -> writer.bytes(StunAttribute.MESSAGE_INTEGRITY, new byte[20]));
        receive(PROXY, proxied(PROXY_COMMAND, ALICE, MemorySockets.SERVICE, request));
        assertThat(it.thread.counters().punts().get(PuntReason.REFRESH)).isOne();
        assertThat(hops()).containsExactly(PROXY);
    }

    @Test
    void shouldTakeWhatTheProxySaysForItselfAsItsOwn() {
        byte[] binding = PathFixture.stun(StunType.BINDING_REQUEST, writer -> {});
        receive(PROXY, proxied(LOCAL_COMMAND, ALICE, MemorySockets.SERVICE, binding));
        assertThat(mappedAddress()).isEqualTo(PROXY);
    }

    @Test
    void shouldDropHeadersThatAreNotTrustedOrWrong() {
        byte[] valid = proxied(PROXY_COMMAND, ALICE, MemorySockets.SERVICE, channelData());
        receive(STRANGER, valid);
        receive(PROXY, proxied(PROXY_COMMAND, ALICE, MemorySockets.SERVICE.withPort(1), channelData()));
        receive(PROXY, proxied(0x11, ALICE, MemorySockets.SERVICE, channelData()));
        receive(PROXY, new byte[]{0x0D});
        receive(PROXY, proxied(PROXY_COMMAND, ALICE, MemorySockets.SERVICE, valid));
        assertThat(it.sockets.sent).isEmpty();
        assertThat(it.counted(ForwardingCounter.PROXY_UNTRUSTED)).isOne();
        assertThat(it.counted(ForwardingCounter.PROXY_MISDIRECTED)).isOne();
        assertThat(it.counted(ForwardingCounter.PROXY_MALFORMED)).isEqualTo(2);
        assertThat(it.counted(ForwardingCounter.NOT_TURN)).isOne();
    }

    @Test
    void shouldAnswerProbesWhileServingOnlyAndClientsAlways() {
        byte[] binding = PathFixture.stun(StunType.BINDING_REQUEST, writer -> {});
        receive(PROXY, binding);
        assertThat(it.sockets.sent).hasSize(1);
        serving = false;
        receive(PROXY, binding);
        assertThat(it.sockets.sent).hasSize(1);
        assertThat(it.counted(ForwardingCounter.PROBE_UNANSWERED)).isOne();
        receive(ALICE, binding);
        receive(PROXY, proxied(PROXY_COMMAND, ALICE, MemorySockets.SERVICE, binding));
        assertThat(it.sockets.sent).hasSize(3);
    }

    @Test
    void shouldBelieveNobodyByDefault() {
        PathFixture plain = new PathFixture(PathFixture.SETTINGS);
        byte[] datagram = proxied(PROXY_COMMAND, ALICE, MemorySockets.SERVICE, channelData());
        plain.receive(MemorySockets.LISTENER_SOCKET, PROXY, datagram, datagram.length);
        assertThat(plain.sockets.sent).isEmpty();
        assertThat(plain.counted(ForwardingCounter.PROXY_UNTRUSTED)).isOne();
    }

    @Test
    void shouldKeepTheLegsOwnNodeForAProxiedClient() {
        it.fib.put(it.alice().attachedTo(Leg.THIS_NODE, 0).proxied(true).hop(PROXY).build());
        it.fromPeer(PEER, new byte[]{1});
        assertThat(it.frames).isEmpty();
    }
}
