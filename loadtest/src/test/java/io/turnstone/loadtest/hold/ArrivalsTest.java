package io.turnstone.loadtest.hold;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private static final int WINDOW = 7;
    private static final long MS = 1_000_000;

    private final Arrivals arrivals = new Arrivals();

    @BeforeEach
    void begin() {
        arrivals.begin(WINDOW, 1_000 * MS);
    }

    @Test
    void shouldCountEachPacketOnce() {
        arrivals.onArrival(WINDOW, 0, 1_020 * MS);
        arrivals.onArrival(WINDOW, 2, 1_040 * MS);
        arrivals.onArrival(WINDOW, 2, 1_041 * MS);

        assertThat(arrivals.received()).isEqualTo(2);
        assertThat(arrivals.duplicates()).isEqualTo(1);
    }

    @Test
    void shouldKnowTheLongestGapAndWhenItBegan() {
        arrivals.onArrival(WINDOW, 0, 1_020 * MS);
        arrivals.onArrival(WINDOW, 1, 1_320 * MS);
        arrivals.onArrival(WINDOW, 2, 1_340 * MS);

        assertThat(arrivals.longestGapNs()).isEqualTo(300 * MS);
        assertThat(arrivals.longestGapAtNs()).isEqualTo(20 * MS);
    }

    @Test
    void shouldCountTheSilenceAtBothEndsAsGaps() {
        arrivals.onArrival(WINDOW, 0, 1_100 * MS);
        assertThat(arrivals.longestGapNs()).isEqualTo(100 * MS);

        arrivals.end(1_600 * MS);

        assertThat(arrivals.longestGapNs()).isEqualTo(500 * MS);
    }

    @Test
    void shouldForgetPacketsOfAnotherWindow() {
        arrivals.onArrival(WINDOW - 1, 99, 1_020 * MS);

        assertThat(arrivals.received()).isZero();
    }
}
