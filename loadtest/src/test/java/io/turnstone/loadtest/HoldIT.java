package io.turnstone.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code turnstone-loadtest hold} against a node that nothing happens to. */
@Timeout(120)
class HoldIT {
    private static final Path LOGS = Path.of("target", "system").toAbsolutePath();
    private static final int RELAY_PORTS = 100;
    private final StringWriter out = new StringWriter();

    @Test
    void shouldReportThatNothingWasLost() {
        Path json = LOGS.resolve("hold-it.json");
        try (TurnstoneNode node = TurnstoneNode.start(LOGS, RELAY_PORTS)) {
            int status = hold("--server", "127.0.0.1:" + node.port(), "--user",
                TurnstoneNode.USER + ":" + TurnstoneNode.PASSWORD, "--allocations", "30", "--measured", "10",
                "--request-every", "1", "--seconds", "3", "--json", json.toString());

            assertThat(status).as(out::toString).isZero();
        }
        Config report = ConfigFactory.parseFile(json.toFile());
        assertThat(report.getConfigList("flows")).hasSize(10)
            .allSatisfy(flow -> assertThat(flow.getInt("back.received")).isGreaterThan(100));
        assertThat(report.getInt("requests")).isGreaterThan(100);
        assertThat(out.toString()).contains("30 allocations held").contains("relay, channels").contains("all ");
    }

    private int hold(String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "hold";
        System.arraycopy(options, 0, arguments, 1, options.length);
        PrintWriter writer = new PrintWriter(out, true);
        return Main.commandLine().setOut(writer).setErr(writer).execute(arguments);
    }
}
