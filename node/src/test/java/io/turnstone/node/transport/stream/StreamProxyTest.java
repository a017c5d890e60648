package io.turnstone.node.transport.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY protocol, version 2, before a stream. */
class StreamProxyTest extends StreamsFixture {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String FROM_CLIENT = SIGNATURE + "2111000c" + "c6336407" + "c0000201" + "9c41" + "01bb";
    private static final TransportAddress CLIENT = TransportAddress.parse("198.51.100.7:40001");
    private static final TransportAddress SERVICE = TransportAddress.parse("192.0.2.1:443");
    private static final List<IpPrefix> LOOPBACK = List.of(IpPrefix.parse("127.0.0.0/8"));

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void shouldBelieveATrustedProxy() throws Exception {
        Streams streams = start(settings());
        RawWebSocket client = connected(streams.listen(webSocket().withTrustedProxies(LOOPBACK), echo));
        client.send(bytes(FROM_CLIENT));
        client.shakeHands();
        StreamFlow flow = echo.opened();
        assertThat(flow.remote()).isEqualTo(CLIENT);
        assertThat(flow.local()).isEqualTo(SERVICE);
        client.sendText("through a proxy");
        assertThat(client.readText()).isEqualTo("through a proxy");
    }

    @Test
    void shouldTakeAHeaderOctetByOctetAndWhatFollowsIt() throws Exception {
        Streams streams = start(settings());
        TransportAddress server = streams.listen(StreamListener.tcp(ANY_PORT).withTrustedProxies(LOOPBACK), handler);
        RawWebSocket slow = connected(server);
        byte[] header = bytes(FROM_CLIENT);
        for (byte octet : header) {
            assertThat(handler.hasOpened()).isFalse();
            slow.send(new byte[]{octet});
        }
        assertThat(handler.opened().remote()).isEqualTo(CLIENT);
        RawWebSocket quick = connected(server);
        quick.send(bytes(FROM_CLIENT + HexFormat.of().formatHex("OPTIONS".getBytes(UTF_8))));
        assertThat(handler.opened().remote()).isEqualTo(CLIENT);
        assertThat(handler.receivedText()).isEqualTo("OPTIONS");
    }

    @Test
    void shouldReadIpv6AndSkipWhatFollowsTheAddresses() throws Exception {
        Streams streams = start(settings());
        TransportAddress server = streams.listen(StreamListener.tcp(ANY_PORT).withTrustedProxies(LOOPBACK), handler);
        connected(server).send(bytes(
            SIGNATURE + "21210029" + "20010db8000000000000000000000007" + "20010db8000000000000000000000001" + "9c41"
                + "01bb" + "0400020000"));
        StreamFlow flow = handler.opened();
        assertThat(flow.remote()).isEqualTo(TransportAddress.parse("[2001:db8::7]:40001"));
        assertThat(flow.local()).isEqualTo(TransportAddress.parse("[2001:db8::1]:443"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20000000", "20110000", "21000000"})
    void shouldTakeAProxyThatSpeaksForItselfByItsOwnAddress(String command) throws Exception {
        Streams streams = start(settings());
        TransportAddress server = streams.listen(StreamListener.tcp(ANY_PORT).withTrustedProxies(LOOPBACK), handler);
        RawWebSocket client = connected(server);
        client.send(bytes(SIGNATURE + command));
        assertThat(handler.opened().remote().port()).isEqualTo(client.socket().getLocalPort());
    }

    @ParameterizedTest
    @CsvSource({
        "no header,       474554202f20485454502f312e310d0a0d0a",
        "version 1,       50524f58592054435034",
        "wrong version,   0d0a0d0a000d0a515549540a3111000cc6336407c00002019c4101bb",
        "for datagrams,   0d0a0d0a000d0a515549540a2112000cc6336407c00002019c4101bb",
        "too short,       0d0a0d0a000d0a515549540a2111000bc6336407c00002019c4101",
        "unix socket,     0d0a0d0a000d0a515549540a2131000cc6336407c00002019c4101bb",
        "port 0,          0d0a0d0a000d0a515549540a2111000cc6336407c0000201000001bb",
        "over the limit,  0d0a0d0a000d0a515549540a2111ffff"})
    void shouldRefuseATrustedProxyWithoutAGoodHeader(String what, String hex) throws Exception {
        Streams streams = start(settings());
        RawWebSocket client = connected(
            streams.listen(StreamListener.tcp(ANY_PORT).withTrustedProxies(LOOPBACK), handler));
        client.send(bytes(hex));
        assertThat(client.isEnded()).isTrue();
        assertThat(streams.count(StreamCounter.PROXY_HEADER_REFUSED)).isOne();
        assertThat(handler.hasOpened()).isFalse();
        awaitSize(streams, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefuseAHeaderFromAnybodyElse(boolean webSocket) throws Exception {
        Streams streams = start(settings());
        StreamListener listener = webSocket ? webSocket() : StreamListener.tcp(ANY_PORT);
        List<IpPrefix> elsewhere = List.of(IpPrefix.parse("127.9.0.0/16"));
        RawWebSocket client = connected(streams.listen(listener.withTrustedProxies(elsewhere), handler));
        client.send(bytes(FROM_CLIENT));
        assertThat(client.isEnded()).isTrue();
        assertThat(streams.count(StreamCounter.PROXY_HEADER_UNTRUSTED)).isOne();
        assertThat(handler.hasReceived()).isFalse();
    }

    /** RFC 5626 §3.5.1. */
    @Test
    void shouldNotTakeAKeepAliveForTheBeginningOfAHeader() throws Exception {
        Streams streams = start(settings());
        RawWebSocket client = connected(streams.listen(StreamListener.tcp(ANY_PORT), handler));
        client.send("\r\n\r\n");
        assertThat(handler.receivedText()).isEqualTo("\r\n\r\n");
    }

    @Test
    void shouldLimitTheConnectionsOfTheClientAndNotOfTheProxy() throws Exception {
        Streams streams = start(settings(StreamLimits.DEFAULT.withConnections(100, 1)));
        TransportAddress server = streams.listen(StreamListener.tcp(ANY_PORT).withTrustedProxies(LOOPBACK), handler);
        RawWebSocket first = connected(server);
        first.send(bytes(FROM_CLIENT));
        handler.opened();
        RawWebSocket other = connected(server);
        other.send(bytes(FROM_CLIENT.replace("c6336407", "c6336408")));
        handler.opened();
        RawWebSocket second = connected(server);
        second.send(bytes(FROM_CLIENT));
        assertThat(second.isEnded()).isTrue();
        assertThat(streams.count(StreamCounter.REFUSED_SOURCE)).isOne();
        first.close();
        awaitSize(streams, 1);
        connected(server).send(bytes(FROM_CLIENT));
        assertThat(handler.opened().remote()).isEqualTo(CLIENT);
    }
}
