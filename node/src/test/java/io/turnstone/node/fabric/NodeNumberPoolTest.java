package io.turnstone.node.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NodeNumberPoolTest {
    private static final long REST_NS = TimeUnit.SECONDS.toNanos(60);

    private final NodeNumberPool pool = new NodeNumberPool(3);

    @Test
    void shouldCountFromOne() {
        assertThat(pool.take(0)).isEqualTo(1);
        assertThat(pool.take(0)).isEqualTo(2);
    }

    @Test
    void shouldLetANumberRestBeforeItIsTakenAgain() {
        pool.take(0);
        pool.giveBack(1, 0);
        assertThat(pool.take(REST_NS - 1)).isEqualTo(2);
        assertThat(pool.take(REST_NS)).isEqualTo(1);
    }

    @Test
    void shouldRefuseWhenEveryNumberIsTakenOrResting() {
        pool.take(0);
        pool.take(0);
        pool.take(0);
        pool.giveBack(2, 0);
        assertThatThrownBy(() -> pool.take(REST_NS - 1)).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("3 peers");
        assertThat(pool.take(REST_NS)).isEqualTo(2);
    }
}
