package io.turnstone.node.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.node.transport.stream.StreamClosure.Cause;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer may take up, and for how long, on real sockets. */
class StreamLimitsTest extends StreamsFixture {
    private static final int MESSAGE = 10_000;
    private static final int OUTBOUND_MAX = 100_000;
    private static final int SENDS_MAX = 100_000;

    @Test
    void shouldLimitConnectionsInAll() throws Exception {
        Streams streams = start(settings(StreamLimits.DEFAULT.withConnections(3, 3)));
        TransportAddress server = streams.listen(webSocket(), echo);
        List<RawWebSocket> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(opened(server));
        }
        assertThat(connected(server).isEnded()).isTrue();
        assertThat(streams.count(StreamCounter.REFUSED_TOTAL)).isOne();
        clients.getFirst().close();
        awaitSize(streams, 2);
        opened(server).sendText("again");
        assertThat(echo.receivedText()).isEqualTo("again");
    }

    @Test
    void shouldLimitConnectionsOfOneSource() throws Exception {
        Streams streams = start(settings(StreamLimits.DEFAULT.withConnections(100, 2)));
        TransportAddress server = streams.listen(StreamListener.tcp(ANY_PORT), handler);
        RawWebSocket first = connected(server);
        connected(server);
        handler.opened();
        handler.opened();
        assertThat(connected(server).isEnded()).isTrue();
        assertThat(streams.count(StreamCounter.REFUSED_SOURCE)).isOne();
        first.close();
        awaitSize(streams, 1);
        connected(server);
        handler.opened();
    }

    @Test
    void shouldCountAnIpv6NetworkAsOneSource() {
        Admission admission = new Admission(StreamLimits.DEFAULT.withConnections(10, 1));
        assertThat(admission.enter(IpPrefix.parse("2001:db8::1").address())).isTrue();
        assertThat(admission.enter(IpPrefix.parse("2001:db8::2:0:0:1").address())).isFalse();
        assertThat(admission.enter(IpPrefix.parse("2001:db8:0:1::1").address())).isTrue();
        assertThat(admission.enter(IpPrefix.parse("192.0.2.1").address())).isTrue();
        assertThat(admission.enter(IpPrefix.parse("192.0.2.2").address())).isTrue();
        assertThat(admission.sources()).isEqualTo(4);
        admission.leave(IpPrefix.parse("2001:db8::1").address());
        assertThat(admission.sources()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCloseASlowReaderOfAnyThread(boolean onLoop) throws Exception {
        Streams streams = start(settings(StreamLimits.DEFAULT.withMessageBytes(MESSAGE, OUTBOUND_MAX)));
        String message = "x".repeat(MESSAGE);
        StreamHandler flooding = new StreamHandler() {
            @Override
            public void onOpened(StreamFlow flow) {
                handler.onOpened(flow);
            }

            @Override
            public void onReceived(StreamFlow flow, org.agrona.DirectBuffer buffer, int offset, int length) {
                for (int i = 0; i < SENDS_MAX && send(flow, message); i++) {
                    // until it is refused
                }
            }

            @Override
            public void onClosed(StreamFlow flow, StreamClosure closure) {
                handler.onClosed(flow, closure);
            }
        };
        TransportAddress server = streams.listen(webSocket(), flooding);
        RawWebSocket client = opened(server);
        StreamFlow flow = handler.opened();
        if (onLoop) {
            client.sendText("begin");
        } else {
            int sent = 0;
            while (sent < SENDS_MAX && send(flow, message)) {
                sent++;
            }
            assertThat(sent).isBetween(OUTBOUND_MAX / MESSAGE - 1, SENDS_MAX - 1);
        }
        assertThat(handler.closed()).isEqualTo(new StreamClosure(Cause.SLOW_READER, StreamClosure.ABNORMAL, ""));
        assertThat(streams.count(StreamCounter.SLOW_READER)).isOne();
        assertThat(send(flow, "later")).isFalse();
    }

    @Test
    void shouldPingASilentWebSocketAndKeepOneThatAnswers() throws Exception {
        Streams streams = start(settings(StreamTimes.DEFAULT.withPing(300, 20_000)));
        RawWebSocket client = opened(streams.listen(webSocket(), echo));
        for (int i = 0; i < 4; i++) {
            assertThat(client.read().opcode()).isEqualTo(FrameHeader.PING);
            client.sendFrame(FrameHeader.PONG, new byte[0]);
        }
        client.sendText("alive");
        assertThat(echo.receivedText()).isEqualTo("alive");
        assertThat(streams.count(StreamCounter.PING_UNANSWERED)).isZero();
    }

    /** A host that has gone without a word; its system would answer a TCP keep-alive only if it were there. */
    @Test
    void shouldCloseAWebSocketThatIsSilent() throws Exception {
        Streams streams = start(settings(StreamTimes.DEFAULT.withPing(300, 300)));
        RawWebSocket client = opened(streams.listen(webSocket(), handler));
        assertThat(client.read().opcode()).isEqualTo(FrameHeader.PING);
        assertThat(handler.closed()).isEqualTo(new StreamClosure(Cause.SILENT, StreamClosure.ABNORMAL, ""));
        assertThat(streams.count(StreamCounter.PING_UNANSWERED)).isOne();
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void shouldCloseAMessageThatStandsStill() throws Exception {
        Streams streams = start(settings(StreamTimes.DEFAULT.withMessageMs(300)));
        TransportAddress server = streams.listen(webSocket(), handler);
        RawWebSocket inFrame = opened(server);
        inFrame.send(new byte[]{(byte) 0x81});
        assertThat(inFrame.readClose()).isEqualTo(StreamClosure.POLICY);
        RawWebSocket inMessage = opened(server);
        inMessage.sendFragment(FrameHeader.TEXT, false, new byte[1]);
        assertThat(inMessage.readClose()).isEqualTo(StreamClosure.POLICY);
        assertThat(streams.count(StreamCounter.MESSAGE_LATE)).isEqualTo(2);
    }

    @Test
    void shouldServeAThousandAtOnce() throws Exception {
        int count = 1_000;
        Streams streams = start(settings());
        TransportAddress server = streams.listen(webSocket(), echo);
        List<RawWebSocket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawWebSocket client = connected(server);
            client.send(RawWebSocket.request(""));
            clients.add(client);
        }
        for (RawWebSocket client : clients) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
        }
        assertThat(streams.size()).isEqualTo(count);
        for (int i = 0; i < count; i++) {
            clients.get(i).sendText("client " + i);
        }
        for (int i = 0; i < count; i++) {
            assertThat(clients.get(i).readText()).isEqualTo("client " + i);
        }
        for (RawWebSocket client : clients) {
            client.close();
        }
        awaitSize(streams, 0);
        assertThat(streams.count(StreamCounter.OPENED)).isEqualTo(count);
        assertThat(streams.count(StreamCounter.CLOSED)).isEqualTo(count);
    }

    @Test
    void shouldSayWhichSettingIsWrong() {
        assertThatThrownBy(() -> StreamLimits.DEFAULT.withConnections(0, 1))
            .hasMessageContaining("connectionsMax is 0");
        assertThatThrownBy(() -> StreamLimits.DEFAULT.withMessageBytes(2, 1))
            .hasMessageContaining("outboundBytesMax is 1");
        assertThatThrownBy(() -> StreamTimes.DEFAULT.withPing(1, 0)).hasMessageContaining("pongMs is 0");
        assertThatThrownBy(() -> StreamSettings.defaults(0)).hasMessageContaining("threads is 0");
        assertThatThrownBy(() -> StreamListener.webSocket(ANY_PORT, "a b")).hasMessageContaining("'a b'");
        assertThatThrownBy(() -> StreamListener.tcp(ANY_PORT).withOrigins(List.of("https://a")))
            .hasMessageContaining("origins");
        assertThatThrownBy(() -> webSocket().withOrigins(List.of("phone.example.com")))
            .hasMessageContaining("'phone.example.com'");
        assertThatThrownBy(() -> new StreamTarget(StreamTransport.WS, ANY_PORT, null)).hasMessageContaining("is WS");
        TlsFiles files = new TlsFiles(Path.of("chain.pem"), Path.of("key.pem"));
        assertThatThrownBy(
            () -> new StreamListener(StreamTransport.TCP, ANY_PORT, false, List.of(), files, "", List.of(), List.of()))
            .hasMessageContaining("identity of TCP");
    }

    @Test
    void shouldSayWhereItCannotListen() throws IOException {
        Streams streams = start(settings());
        TransportAddress taken = streams.listen(StreamListener.tcp(ANY_PORT), handler);
        assertThatThrownBy(() -> streams.listen(StreamListener.tcp(taken), handler)).isInstanceOf(IOException.class)
            .hasMessageStartingWith("cannot listen on " + taken + ": ");
    }
}
