package io.turnstone.node.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.node.transport.stream.StreamClosure.Cause;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamDrainTest extends StreamsFixture {
    private static final int CLIENTS = 20;

    @Test
    void shouldSpreadClosesEvenly() {
        DrainSchedule schedule = new DrainSchedule(10, 1_000, 500);
        assertThat(schedule.due(999)).isZero();
        assertThat(schedule.due(1_000)).isZero();
        assertThat(schedule.due(1_049)).isZero();
        assertThat(schedule.due(1_050)).isOne();
        assertThat(schedule.due(1_499)).isEqualTo(9);
        assertThat(schedule.due(1_500)).isEqualTo(Integer.MAX_VALUE);
        assertThat(new DrainSchedule(10, 1_000, 0).due(1_000)).isEqualTo(Integer.MAX_VALUE);
        assertThat(new DrainSchedule(50_000, 0, TimeUnit.HOURS.toNanos(1)).due(TimeUnit.MINUTES.toNanos(30)))
            .isEqualTo(25_000);
    }

    @Test
    void shouldCloseWebSocketsOneAfterTheOther() throws Exception {
        Streams streams = start(settings());
        TransportAddress server = streams.listen(webSocket(), echo);
        List<RawWebSocket> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(opened(server));
        }
        long beganNs = System.nanoTime();
        CompletableFuture<Void> drained = streams.drain(2_000);
        assertThatThrownBy(() -> connected(server)).isInstanceOf(IOException.class);
        for (RawWebSocket client : clients) {
            Thread.startVirtualThread(() -> answerClose(client));
        }
        for (int i = 0; i < CLIENTS / 4; i++) {
            assertThat(echo.closed()).isEqualTo(new StreamClosure(Cause.DRAINED, StreamClosure.GOING_AWAY, ""));
        }
        long quarterNs = System.nanoTime() - beganNs;
        assertThat(quarterNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
        assertThat(streams.size()).isPositive();
        assertThat(drained).isNotDone();
        drained.get(10, TimeUnit.SECONDS);
        assertThat(System.nanoTime() - beganNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1_500));
        assertThat(streams.count(StreamCounter.DRAINED)).isEqualTo(CLIENTS);
        assertThat(streams.size()).isZero();
    }

    private static void answerClose(RawWebSocket client) {
        try {
            if (client.readClose() == StreamClosure.GOING_AWAY) {
                client.sendFrame(FrameHeader.CLOSE, new byte[]{3, (byte) 0xE9});
            }
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    @Test
    void shouldLeaveOutboundFlowsOpenUntilTheEnd() throws Exception {
        Streams streams = start(settings());
        Streams elsewhere = start(settings());
        TransportAddress server = elsewhere.listen(StreamListener.tcp(ANY_PORT), echo);
        StreamFlow trunk = streams.connect(StreamTarget.tcp(server), handler);
        handler.opened();
        streams.drain(0).get(10, TimeUnit.SECONDS);
        assertThat(send(trunk, "still there")).isTrue();
        assertThat(handler.receivedText()).isEqualTo("still there");
        streams.close();
        assertThat(handler.closed().cause()).isEqualTo(Cause.DRAINED);
        assertThat(echo.closed().cause()).isEqualTo(Cause.PEER);
        assertThatThrownBy(() -> streams.connect(StreamTarget.tcp(server), handler))
            .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldSayGoodbyeWhenItEnds() throws Exception {
        Streams streams = start(settings());
        TransportAddress server = streams.listen(webSocket(), echo);
        RawWebSocket polite = opened(server);
        RawWebSocket unfinished = connected(server);
        awaitSize(streams, 2);
        CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> answerClose(polite));
        streams.close();
        answered.get(10, TimeUnit.SECONDS);
        assertThat(echo.closed().code()).isEqualTo(StreamClosure.GOING_AWAY);
        assertThat(unfinished.isEnded()).isTrue();
        assertThat(streams.size()).isZero();
    }
}
