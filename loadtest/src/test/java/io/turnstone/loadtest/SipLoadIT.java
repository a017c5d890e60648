package io.turnstone.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code turnstone-loadtest register} and {@code call} against a node. */
@Timeout(120)
class SipLoadIT {
    private static final Path LOGS = Path.of("target", "system").toAbsolutePath();
    private static final Path JSON = LOGS.resolve("sip-load-it.json");
    private static final int RELAY_PORTS = 16;

    private final int port = FreePorts.one();
    private final TurnstoneNode node = TurnstoneNode.start(LOGS, RELAY_PORTS, "--sip-domain", TurnstoneNode.REALM,
        "--listen-ws", "127.0.0.1:" + port, "--user", "load0:secret", "--user", "load1:secret", "--user",
        "load2:secret", "--user", "load3:secret");
    private final StringWriter out = new StringWriter();

    @AfterEach
    void stop() {
        node.close();
    }

    private int run(String command, String... options) {
        List<String> arguments = new ArrayList<>(List.of(command, "--server", "127.0.0.1:" + port, "--domain",
            TurnstoneNode.REALM, "--pid", Long.toString(node.process().pid()), "--json", JSON.toString(), "--users",
            "4"));
        arguments.addAll(Arrays.asList(options));
        PrintWriter writer = new PrintWriter(out, true);
        return Main.commandLine().setOut(writer).setErr(writer).execute(arguments.toArray(new String[0]));
    }

    @Test
    void shouldRegisterAgainAndAgain() {
        assertThat(run("register", "--user", "load:secret", "--registrations", "200")).as(out::toString).isZero();
        Config result = ConfigFactory.parseFile(JSON.toFile());
        assertThat(result.getInt("made")).isEqualTo(200);
        assertThat(result.getDouble("serverMsPerThousand")).isPositive();
    }

    @Test
    void shouldCallAgainAndAgain() {
        assertThat(run("call", "--user", "load:secret", "--calls", "100", "--concurrent", "2")).as(out::toString)
            .isZero();
        assertThat(ConfigFactory.parseFile(JSON.toFile()).getInt("made")).isEqualTo(100);
    }

    @Test
    void shouldSayThatNobodyCanRegisterWithAWrongPassword() {
        assertThat(run("register", "--user", "load:wrong")).isEqualTo(1);
        assertThat(out.toString()).contains("not all users could register").contains("401 again=4");
    }
}
