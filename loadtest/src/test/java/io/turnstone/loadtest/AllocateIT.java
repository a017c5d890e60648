package io.turnstone.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code turnstone-loadtest alloc} and {@code churn} against a node. */
@Timeout(120)
class AllocateIT {
    private static final Path LOGS = Path.of("target", "system").toAbsolutePath();
    private static final Path JSON = LOGS.resolve("allocate-it.json");
    private static final int RELAY_PORTS = 400;

    private final TurnstoneNode node = TurnstoneNode.start(LOGS, RELAY_PORTS);
    private final StringWriter out = new StringWriter();

    @AfterEach
    void stop() {
        node.close();
    }

    private int run(String command, String... options) {
        List<String> arguments = new ArrayList<>(List.of(command, "--server", "127.0.0.1:" + node.port(), "--user",
            TurnstoneNode.USER + ":" + TurnstoneNode.PASSWORD, "--pid", Long.toString(node.process().pid()), "--json",
            JSON.toString(), "--peer", "127.0.0.1:9"));
        arguments.addAll(Arrays.asList(options));
        PrintWriter writer = new PrintWriter(out, true);
        return Main.commandLine().setOut(writer).setErr(writer).execute(arguments.toArray(new String[0]));
    }

    private void assertNothingIsLeft() {
        Awaitility.await()
            .atMost(Duration.ofSeconds(10))
            .untilAsserted(
                () -> assertThat(node.admin().body("/v1/allocations")).contains("[]"));
    }

    @Test
    void shouldMakeAllocationsAndGiveThemBack() {
        assertThat(run("alloc", "--allocations", "200")).as(out::toString).isZero();
        Config result = ConfigFactory.parseFile(JSON.toFile());
        assertThat(result.getInt("made")).isEqualTo(200);
        assertThat(result.getDouble("serverMsPerThousand")).isPositive();
        assertThat(result.getDouble("waitMs.p99")).isGreaterThanOrEqualTo(result.getDouble("waitMs.p50"));
        assertNothingIsLeft();
    }

    @Test
    void shouldTellWhatIsRefused() throws IOException {
        assertThat(run("alloc", "--allocations", "500")).isEqualTo(3);
        assertThat(out.toString()).contains("failed: error 508, ");
        Config result = ConfigFactory.parseFile(JSON.toFile());
        assertThat(result.getInt("made") + result.getInt("failures.\"error 508\"")).isEqualTo(500);
    }

    @Test
    void shouldLetAllocationsComeAndGoAtARate() {
        assertThat(run("churn", "--rate", "50", "--seconds", "3", "--keep", "1")).as(out::toString).isZero();
        Config result = ConfigFactory.parseFile(JSON.toFile());
        assertThat(result.getInt("made")).isEqualTo(150);
        assertThat(result.getDouble("seconds")).isBetween(2.5, 4.5);
        assertNothingIsLeft();
    }
}
