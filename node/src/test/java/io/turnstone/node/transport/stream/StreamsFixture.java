package io.turnstone.node.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Streams on loopback, and what has to be closed whatever becomes of a test. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamsFixture {
    static final TransportAddress ANY_PORT = TransportAddress.parse("127.0.0.1:0");
    static final String SUBPROTOCOL = "sip";

    final RecordingHandler handler = new RecordingHandler(false);
    final RecordingHandler echo = new RecordingHandler(true);
    private final List<AutoCloseable> open = new ArrayList<>();

    /** Closed after the test, the latest first. */
    <T extends AutoCloseable> T closing(T resource) {
        open.add(resource);
        return resource;
    }

    Streams start(StreamSettings settings) throws IOException {
        return closing(
            Streams.start(settings, Thread.ofPlatform().name("stream-", 0).daemon().factory(), System::nanoTime));
    }

    static StreamSettings settings() {
        return StreamSettings.defaults(2).withTimes(StreamTimes.DEFAULT.withCloseMs(1_000));
    }

    static StreamSettings settings(StreamTimes times) {
        return settings().withTimes(times);
    }

    static StreamSettings settings(StreamLimits limits) {
        return settings().withLimits(limits);
    }

    static StreamListener webSocket() {
        return StreamListener.webSocket(ANY_PORT, SUBPROTOCOL);
    }

    RawWebSocket opened(TransportAddress server) throws IOException {
        RawWebSocket client = connected(server);
        return client.shakeHands();
    }

    RawWebSocket connected(TransportAddress server) throws IOException {
        return closing(RawWebSocket.connect(server));
    }

    static UnsafeBuffer octets(String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    static boolean send(StreamFlow flow, String text) {
        UnsafeBuffer octets = octets(text);
        return flow.send(octets, 0, octets.capacity());
    }

    static void awaitCount(Streams streams, StreamCounter counter, long expected) {
        await().atMost(30, TimeUnit.SECONDS)
            .untilAsserted(() -> assertThat(streams.count(counter)).as(counter.name()).isEqualTo(expected));
    }

    static void awaitSize(Streams streams, int expected) {
        await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> assertThat(streams.size()).isEqualTo(expected));
    }

    @AfterEach
    void closeAll() throws Exception {
        Exception first = null;
        for (AutoCloseable each : open.reversed()) {
            try {
                each.close();
            } catch (Exception failed) {
                first = first == null ? failed : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
