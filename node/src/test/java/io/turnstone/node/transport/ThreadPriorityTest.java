package io.turnstone.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ThreadPriorityTest {
    private record Outcome(boolean raised, int nice) {}

    @Test
    void shouldRaiseTheCallingThreadAloneAndSayWhetherItDid() throws Exception {
        int before = Niceness.ofThisThread();
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                outcome.complete(new Outcome(ThreadPriority.PACKETS.raise(), Niceness.ofThisThread()));
            } catch (Exception failed) {
                outcome.completeExceptionally(failed);
            }
        });
        assertThat(outcome.get().nice()).isEqualTo(outcome.get().raised() ? -10 : before);
        assertThat(Niceness.ofThisThread()).isEqualTo(before);
    }
}
