package io.turnstone.node.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.node.transport.stream.StreamClosure.Cause;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that nobody here wrote. */
class JdkWebSocketTest extends StreamsFixture {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private Streams streams;
    private TransportAddress server;
    private HttpClient http;

    /** Writes down what comes. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                heard.add(text.toString());
                text.setLength(0);
            }
            webSocket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
            heard.add("pong of " + message.remaining());
            webSocket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            heard.add("close " + statusCode);
            return CompletableFuture.completedStage(null);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        streams = start(settings(StreamTimes.DEFAULT.withPing(300, 20_000)));
        server = streams.listen(webSocket(), echo);
        http = closing(HttpClient.newHttpClient());
    }

    private WebSocket connect(String subprotocol) {
        return http.newWebSocketBuilder()
            .subprotocols(subprotocol)
            .connectTimeout(Duration.ofSeconds(10))
            .buildAsync(URI.create("ws://" + server + "/"), new Listener())
            .join();
    }

    private String heard() throws InterruptedException {
        return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 126, 5_000, 65_000})
    void shouldEchoWhatTheJdkSends(int length) throws Exception {
        WebSocket client = connect("sip");
        assertThat(client.getSubprotocol()).isEqualTo("sip");
        String text = "é".repeat(length / 2) + "x".repeat(length % 2);
        client.sendText(text, true).join();
        assertThat(heard()).isEqualTo(text);
        client.sendText("two ", false).join();
        client.sendPing(ByteBuffer.allocate(7)).join();
        client.sendText("parts", true).join();
        assertThat(heard()).isEqualTo("pong of 7");
        assertThat(heard()).isEqualTo("two parts");
        client.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
        assertThat(heard()).isEqualTo("close 1000");
        assertThat(echo.closed()).isEqualTo(new StreamClosure(Cause.PEER, 1_000, ""));
    }

    @Test
    void shouldBeKeptAliveByPings() throws Exception {
        WebSocket client = connect("sip");
        awaitCount(streams, StreamCounter.PING_SENT, 3);
        client.sendText("alive", true).join();
        assertThat(heard()).isEqualTo("alive");
        assertThat(streams.count(StreamCounter.PING_UNANSWERED)).isZero();
        client.abort();
        assertThat(echo.closed().code()).isEqualTo(StreamClosure.ABNORMAL);
    }

    @Test
    void shouldBeToldOfTheEnd() throws Exception {
        connect("sip");
        echo.opened().close(StreamClosure.GOING_AWAY);
        assertThat(heard()).isEqualTo("close 1001");
        assertThat(echo.closed()).isEqualTo(new StreamClosure(Cause.HERE, StreamClosure.GOING_AWAY, ""));
    }

    @Test
    void shouldNotConnectWithAnotherSubprotocol() {
        assertThatThrownBy(() -> connect("xmpp")).cause()
            .isInstanceOfSatisfying(
                WebSocketHandshakeException.class,
                refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(400));
    }
}
