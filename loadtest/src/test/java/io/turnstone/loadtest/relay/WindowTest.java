package io.turnstone.loadtest.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WindowTest {
    private final Window<String> window = new Window<>();

    @Test
    void shouldLetFlowsSendInTurn() {
        Stream.of("a", "b", "c").forEach(window::add);
        assertThat(Stream.generate(window::next).limit(7)).containsExactly("a", "b", "c", "a", "b", "c", "a");
    }

    @Test
    void shouldStallWhereNothingHasComeSinceTheLastLook() {
        assertThat(window.hasStalled()).isTrue();
        window.onArrival();
        assertThat(window.hasStalled()).isFalse();
        assertThat(window.hasStalled()).isTrue();
    }
}
