package io.turnstone.node.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SendQueueTest {
    private final SendQueue queue = new SendQueue(10);

    @Test
    void shouldGiveMessagesBackInOrder() {
        byte[] first = new byte[4];
        byte[] second = new byte[6];
        assertThat(queue.offer(first)).isTrue();
        assertThat(queue.offer(second)).isTrue();
        assertThat(queue.bytes()).isEqualTo(10);

        assertThat(queue.peek()).isSameAs(first);
        queue.pop();
        assertThat(queue.peek()).isSameAs(second);
        queue.pop();
        assertThat(queue.peek()).isNull();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void shouldRefuseEverythingUntilDrainedWhenAMessageDidNotFit() {
        queue.offer(new byte[4]);
        queue.offer(new byte[4]);
        assertThat(queue.offer(new byte[3])).isFalse();
        assertThat(queue.offer(new byte[1])).isFalse();
        assertThat(queue.isBehind()).isTrue();

        queue.pop();
        assertThat(queue.offer(new byte[1])).isFalse();
        queue.pop();
        assertThat(queue.isBehind()).isFalse();
        assertThat(queue.offer(new byte[1])).isTrue();
    }
}
