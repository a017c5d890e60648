package io.turnstone.node.punt;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class InjectQueueTest {
    private static final TransportAddress CLIENT = TransportAddress.parse("[2001:db8::1]:4000");

    private final AtomicInteger wakeUps = new AtomicInteger();
    private final InjectQueue queue = new InjectQueue(1 << 12, wakeUps::incrementAndGet);
    private final List<String> injected = new ArrayList<>();

    private boolean offer(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return queue.offer(3, CLIENT, new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private int drain(int limit) {
        return queue.drain((listener, high, low, port, buffer, offset, length) -> {
            byte[] bytes = new byte[length];
            buffer.getBytes(offset, bytes);
            String text = new String(bytes, StandardCharsets.US_ASCII);
            injected.add(listener + " " + new TransportAddress(high, low, port) + " " + text);
        }, limit);
    }

    @Test
    void shouldHandOverInOrderUpToTheLimit() {
        offer("one");
        offer("two");
        assertThat(drain(1)).isOne();
        assertThat(drain(9)).isOne();
        assertThat(injected).containsExactly("3 [2001:db8::1]:4000 one", "3 [2001:db8::1]:4000 two");
    }

    @Test
    void shouldWakeOnceForAllThatWasOffered() {
        queue.flush();
        assertThat(wakeUps).as("nothing was offered").hasValue(0);
        offer("one");
        offer("two");
        assertThat(wakeUps).hasValue(0);
        queue.flush();
        queue.flush();
        assertThat(wakeUps).hasValue(1);
        offer("three");
        queue.flush();
        assertThat(wakeUps).hasValue(2);
    }

    @Test
    void shouldDropAndCountWhenFull() {
        int taken = 0;
        while (offer("x".repeat(100))) {
            taken++;
        }
        assertThat(taken).isPositive();
        assertThat(queue.dropped()).isOne();
        assertThat(drain(1_000)).isEqualTo(taken);
        assertThat(offer("again")).isTrue();
    }

    @Test
    void shouldDropWhatIsLongerThanTheQueueTakes() {
        assertThat(offer("x".repeat(1 << 10))).isFalse();
        assertThat(queue.dropped()).isOne();
    }
}
