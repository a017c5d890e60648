package io.turnstone.loadtest.hold;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What an echo tells of both ways. */
class EchoFlowTest {
    private static final int WINDOW = 3;
    private static final long MS = 1_000_000;

    private final Flow flow = new EchoFlow("1", "peer", "here and there", new Stream(1, 160, probe -> {}));

    @Test
    void shouldTakeTheWayThereFromWhatThePeerSaw() {
        flow.begin(WINDOW, 0);
        flow.onProbe(0, echo(WINDOW, 0, 1, 0), 20 * MS);
        flow.onProbe(0, echo(WINDOW, 5, 4, 250 * MS), 50 * MS);
        flow.stop(60 * MS);

        assertThat(flow.there().received()).isEqualTo(4);
        assertThat(flow.there().longestGapMs()).isEqualTo(250);
        assertThat(flow.back().received()).isEqualTo(2);
        assertThat(flow.back().lost()).isEqualTo(2);
        assertThat(flow.back().longestGapMs()).isEqualTo(30);
    }

    @Test
    void shouldCountSilenceUntilTheEndAgainstBothWays() {
        flow.begin(WINDOW, 0);
        flow.onProbe(0, echo(WINDOW, 0, 1, 0), 20 * MS);
        flow.stop(1_020 * MS);

        assertThat(flow.there().longestGapMs()).isEqualTo(1_000);
        assertThat(flow.back().longestGapMs()).isEqualTo(1_000);
    }

    @Test
    void shouldIgnoreWhatThePeerSawInAnotherWindow() {
        flow.begin(WINDOW, 0);
        flow.onProbe(0, echo(WINDOW - 1, 0, 1_000, 0), 20 * MS);

        assertThat(flow.flows()).isFalse();
        assertThat(flow.there().received()).isZero();
    }

    private static ByteBuffer echo(int window, int number, int received, long gapNs) {
        ByteBuffer probe = Probe.make(160, 1, window, number);
        Probe.stamp(probe, received, gapNs);
        return probe;
    }
}
