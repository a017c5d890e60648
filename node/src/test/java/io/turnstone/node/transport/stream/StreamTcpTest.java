package io.turnstone.node.transport.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.node.transport.stream.StreamClosure.Cause;
import io.turnstone.protocol.net.TransportAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Octets over TCP, both directions, by both kinds of I/O. */
class StreamTcpTest extends StreamsFixture {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCarryOctetsBothWays(boolean epoll) throws Exception {
        Streams streams = start(settings().withEpoll(epoll));
        RawWebSocket client = connected(streams.listen(StreamListener.tcp(ANY_PORT), echo));
        StreamFlow flow = echo.opened();
        assertThat(flow.transport()).isEqualTo(StreamTransport.TCP);
        client.send("\r\n\r\n");
        assertThat(echo.receivedText()).isEqualTo("\r\n\r\n");
        assertThat(client.socket().getInputStream().readNBytes(4)).isEqualTo("\r\n\r\n".getBytes(UTF_8));
        send(flow, "the last");
        flow.close();
        assertThat(client.readAll()).isEqualTo("the last");
        assertThat(echo.closed()).isEqualTo(new StreamClosure(Cause.HERE, 0, ""));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldConnectToOthers(boolean epoll) throws Exception {
        Streams streams = start(settings().withEpoll(epoll));
        try (ServerSocket server = new ServerSocket()) {
            server.bind(ANY_PORT.toInetSocketAddress());
            server.setSoTimeout(10_000);
            TransportAddress remote = ANY_PORT.withPort(server.getLocalPort());
            StreamFlow flow = streams.connect(StreamTarget.tcp(remote), handler);
            try (Socket accepted = server.accept()) {
                assertThat(handler.opened()).isSameAs(flow);
                assertThat(flow.local()).isEqualTo(ANY_PORT.withPort(accepted.getPort()));
                assertThat(flow.remote()).isEqualTo(remote);
                send(flow, "hello");
                assertThat(accepted.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
                accepted.getOutputStream().write("world".getBytes(UTF_8));
                assertThat(handler.receivedText()).isNotEmpty();
            }
            assertThat(handler.closed()).isEqualTo(new StreamClosure(Cause.PEER, 0, ""));
            assertThat(streams.count(StreamCounter.CONNECTED)).isOne();
        }
    }

    @Test
    void shouldTellThatNobodyListens() throws Exception {
        Streams streams = start(settings());
        TransportAddress closed;
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(ANY_PORT.toInetSocketAddress());
            closed = ANY_PORT.withPort(probe.getLocalPort());
        }
        StreamFlow flow = streams.connect(StreamTarget.tcp(closed), handler);
        StreamClosure closure = handler.closed();
        assertThat(closure.cause()).isEqualTo(Cause.CONNECT_FAILED);
        assertThat(closure.detail()).contains("refused");
        assertThat(flow.isOpen()).isFalse();
        assertThat(handler.hasOpened()).isFalse();
        assertThat(streams.count(StreamCounter.CONNECT_FAILED)).isOne();
        assertThat(streams.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldShareAPortWithAnotherProcess(boolean epoll) throws Exception {
        Streams one = start(settings().withEpoll(epoll));
        Streams other = start(settings().withEpoll(epoll));
        TransportAddress shared = one.listen(StreamListener.tcp(ANY_PORT).withShared(true), handler);
        assertThat(other.listen(StreamListener.tcp(shared).withShared(true), handler)).isEqualTo(shared);
        one.drain(0).join();
        // NIO lets go of a closed channel when its selector looks next; what the kernel gives it until then is lost
        await().until(() -> {
            connected(shared);
            return other.count(StreamCounter.OPENED) > 0;
        });
        handler.opened();
        assertThat(other.count(StreamCounter.OPENED)).isPositive();
        assertThat(one.count(StreamCounter.OPENED)).isZero();
    }

    @Test
    void shouldGiveEachFlowANumberOfItsOwn() throws Exception {
        Streams streams = start(settings());
        TransportAddress server = streams.listen(StreamListener.tcp(ANY_PORT), handler);
        connected(server);
        connected(server);
        long first = handler.opened().id();
        assertThat(handler.opened().id()).isNotEqualTo(first);
    }
}
