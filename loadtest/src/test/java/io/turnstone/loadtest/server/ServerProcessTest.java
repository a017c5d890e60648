package io.turnstone.loadtest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ServerProcessTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldStopTheProcessAndItsChildren() {
        ServerProcess process = ServerProcess.start("parent", directory.resolve("parent.log"),
            List.of("sh", "-c", "sleep 1000 & echo $!; wait"));
        process.await("running", 5, () -> process.output().endsWith("\n"));
        long child = Long.parseLong(process.output().strip());

        process.close();

        assertThat(process.isAlive()).isFalse();
        await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void shouldQuoteTheLogOfAProcessThatEnded() {
        try (ServerProcess process = ServerProcess.start("failing", directory.resolve("failing.log"),
            List.of("sh", "-c", "echo no such realm"))) {
            assertThatThrownBy(() -> process.await("ready", 5, () -> false)).hasMessageContaining("no such realm");
        }
    }

    @Test
    void shouldSumAMetricOverItsLabels() {
        Metrics metrics = Metrics.parse("""
            # HELP packets_total Packets.
            packets_total{path="peer"} 3
            packets_total{path="client"} 4.0
            packets_total_other 9
            """);

        assertThat(metrics.sum("packets_total")).isEqualTo(7);
    }
}
