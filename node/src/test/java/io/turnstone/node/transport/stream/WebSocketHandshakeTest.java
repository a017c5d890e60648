package io.turnstone.node.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6455 §4.2 and RFC 7118 §4 on real sockets. */
class WebSocketHandshakeTest extends StreamsFixture {
    private Streams streams;
    private TransportAddress server;

    @BeforeEach
    void listen() throws IOException {
        streams = start(settings(StreamLimits.DEFAULT.withHeaderBytesMax(2_000)));
        server = streams.listen(webSocket().withOrigins(List.of("https://phone.example.com")), echo);
    }

    private String answerTo(String request) throws IOException {
        RawWebSocket client = connected(server);
        client.send(request);
        return client.readAll();
    }

    /** The key and its answer are those of RFC 6455 §1.3. */
    @Test
    void shouldAcceptWithTheAnswerToTheKeyAndTheSubprotocol() throws Exception {
        RawWebSocket client = connected(server);
        client.send(RawWebSocket.request("Origin: https://phone.example.com\r\n"));
        assertThat(client.readHead().lines()).contains(
            "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Sec-WebSocket-Protocol: sip");
        StreamFlow flow = echo.opened();
        assertThat(flow.transport()).isEqualTo(StreamTransport.WS);
        assertThat(flow.isOutbound()).isFalse();
        assertThat(flow.local()).isEqualTo(server);
        assertThat(flow.remote().port()).isEqualTo(client.socket().getLocalPort());
        assertThat(flow.id()).isPositive();
        assertThat(echo.threads()).allMatch(name -> name.startsWith("stream-"));
    }

    @Test
    void shouldChooseItsSubprotocolAmongSeveral() throws IOException {
        RawWebSocket client = connected(server);
        client.send(RawWebSocket.request("").replace("Protocol: sip", "Protocol: xmpp, sip"));
        assertThat(client.readHead()).contains("Sec-WebSocket-Protocol: sip\r\n");
    }

    /** RFC 6455 §4.1: who offers nothing is answered nothing. */
    @Test
    void shouldServeAPathOfItsOwnWithOrWithoutItsSubprotocol() throws Exception {
        RecordingHandler rooms = new RecordingHandler(true);
        server = streams.listen(
            webSocket().withPaths(List.of(new WebSocketPath("/v1/rooms", "rooms.v1"))),
            new PathHandler(echo, Map.of("/v1/rooms", rooms)));
        String request = RawWebSocket.request("").replaceFirst("GET \\S+", "GET /v1/rooms?x=1");

        RawWebSocket client = connected(server);
        client.send(request.replace("Protocol: sip", "Protocol: rooms.v1"));
        assertThat(client.readHead()).contains("Sec-WebSocket-Protocol: rooms.v1\r\n");
        assertThat(rooms.opened().path()).isEqualTo("/v1/rooms");
        RawWebSocket plain = connected(server);
        plain.send(request.replaceFirst("Sec-WebSocket-Protocol: sip\r\n", ""));
        assertThat(plain.readHead()).startsWith("HTTP/1.1 101 ").doesNotContain("Sec-WebSocket-Protocol");
        assertThat(answerTo(request)).startsWith("HTTP/1.1 400 ").contains("rooms.v1");
        RawWebSocket phone = connected(server);
        phone.send(RawWebSocket.request(""));
        assertThat(phone.readHead()).contains("Sec-WebSocket-Protocol: sip\r\n");
        assertThat(echo.opened().path()).isEmpty();
    }

    @Test
    void shouldTakeFramesThatComeWithTheHandshake() throws Exception {
        RawWebSocket client = connected(server);
        byte[] frame = RawWebSocket.frame(0x81, "early".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        client.send(RawWebSocket.request("") + new String(frame, java.nio.charset.StandardCharsets.ISO_8859_1));
        client.readHead();
        assertThat(client.readText()).isEqualTo("early");
    }

    @Test
    void shouldTakeAHandshakeOctetByOctet() throws IOException {
        RawWebSocket client = connected(server);
        for (byte octet : RawWebSocket.request("").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)) {
            client.send(new byte[]{octet});
        }
        assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Upgrade: websocket | Upgrade: h2c | 426",
        "Connection: keep-alive, Upgrade | Connection: keep-alive | 400",
        "HTTP/1.1 | HTTP/1.0 | 400",
        "GET | POST | 405",
        "Host: sip.example.com | X-Host: none | 400",
        "Version: 13 | Version: 8 | 426",
        "Key: dGhlIHNhbXBsZSBub25jZQ== | Key: dGhlIHNhbXBsZQ== | 400",
        "Key: dGhlIHNhbXBsZSBub25jZQ== | Key: !!! | 400",
        "Protocol: sip | Protocol: sip2 | 400",
        "Sec-WebSocket-Protocol: sip | X: y | 400",
        "Sec-WebSocket-Protocol: sip | Sec-WebSocket-Protocol: SIP | 400",
        "Host: | Content-Length: 5_Host: | 400",
        "Host: | Transfer-Encoding: chunked_Host: | 400",
        "Host: | Origin: https://evil.example_Host: | 403",
        "Host: | Origin: null_Host: | 403",
        "GET / HTTP/1.1 | REGISTER | 400"})
    void shouldRefuseWithAnExplanation(String good, String bad, int status) throws IOException {
        String request = RawWebSocket.request("").replace(good.strip(), bad.strip().replace("_", "\r\n"));
        String answer = answerTo(request);
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("Connection: close\r\n").endsWith(".\n");
        StreamCounter counter = status == 403 ? StreamCounter.ORIGIN_REFUSED : StreamCounter.HANDSHAKE_REFUSED;
        awaitCount(streams, counter, 1);
        assertThat(echo.hasOpened()).isFalse();
    }

    @Test
    void shouldTellAPlainGetWhatThisIs() throws IOException {
        assertThat(answerTo("GET / HTTP/1.1\r\nHost: sip.example.com\r\n\r\n"))
            .startsWith("HTTP/1.1 426 Upgrade Required\r\n")
            .contains("Sec-WebSocket-Version: 13\r\n")
            .endsWith("\r\n\r\nThis is a WebSocket endpoint with subprotocol sip.\n");
    }

    @Test
    void shouldRefuseLongLinesAndHeaders() throws IOException {
        assertThat(answerTo("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 414 ");
        assertThat(answerTo(RawWebSocket.request("Cookie: " + "a".repeat(5_000) + "\r\n"))).startsWith("HTTP/1.1 431 ");
    }

    @Test
    void shouldForgetWhoGoesAwayBeforeTheHandshake() throws IOException {
        RawWebSocket client = connected(server);
        awaitSize(streams, 1);
        client.close();
        awaitCount(streams, StreamCounter.HANDSHAKE_ABANDONED, 1);
        awaitSize(streams, 0);
    }

    @Test
    void shouldCloseAHandshakeThatStandsStill() throws IOException {
        Streams hasty = start(settings(StreamTimes.DEFAULT.withHandshakeMs(300)));
        RawWebSocket client = connected(hasty.listen(webSocket(), echo));
        client.send("GET / HTTP/1.1\r\nHost:");
        assertThat(client.isEnded()).isTrue();
        awaitCount(hasty, StreamCounter.HANDSHAKE_LATE, 1);
        assertThat(hasty.count(StreamCounter.HANDSHAKE_ABANDONED)).isZero();
    }
}
