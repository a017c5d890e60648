package io.turnstone.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ThreadPriorityTest {
    private static final int NICE_FIELD_AFTER_NAME = 16;

    private record Outcome(boolean raised, int nice) {}

    @Test
    void shouldRaiseTheCallingThreadAloneAndSayWhetherItDid() throws Exception {
        int before = nice();
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                outcome.complete(new Outcome(ThreadPriority.PACKETS.raise(), nice()));
            } catch (Exception failed) {
                outcome.completeExceptionally(failed);
            }
        });
        assertThat(outcome.get().nice()).isEqualTo(outcome.get().raised() ? -10 : before);
        assertThat(nice()).isEqualTo(before);
    }

    /** Of the calling thread, from what the kernel says of it. */
    private static int nice() throws Exception {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE_FIELD_AFTER_NAME]);
    }
}
