package io.turnstone.node.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamOrderTest {
    private final StreamOrder order = new StreamOrder();

    @Test
    void shouldTellHowManyMessagesAreMissing() {
        assertThat(order.accept(100, 1)).isZero();
        assertThat(order.accept(100, 2)).isZero();
        assertThat(order.accept(100, 5)).isEqualTo(2);
    }

    @Test
    void shouldJoinAStreamThatHasBegunEarlier() {
        assertThat(order.accept(100, 501)).isZero();
        assertThat(order.accept(100, 502)).isZero();
    }

    @Test
    void shouldRefuseWhatCameBefore() {
        order.accept(100, 4);
        assertThat(order.accept(100, 4)).isEqualTo(StreamOrder.REPEATED);
        assertThat(order.accept(100, 3)).isEqualTo(StreamOrder.REPEATED);
        assertThat(order.accept(100, 5)).isZero();
    }

    @Test
    void shouldBeginAnewWhenTheSenderDoesAndIgnoreEchoesOfItsEarlierStart() {
        order.accept(100, 7);
        assertThat(order.accept(200, 1)).isZero();
        assertThat(order.accept(100, 8)).isEqualTo(StreamOrder.REPEATED);
        assertThat(order.accept(200, 2)).isZero();
    }
}
