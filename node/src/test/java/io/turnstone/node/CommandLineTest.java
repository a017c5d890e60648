package io.turnstone.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.turnstone.config.SettingsLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --relay-ports 70000-1               | turnstone.relay.ports = "70000-1" (from --relay-ports)     | FIRST-LAST
        --listen 0.0.0.0:3478               | turnstone.listen = "0.0.0.0:3478" (from --listen)          | PUBLIC_IP:PORT
        --relay-mode mixed                  | turnstone.relay.mode = "mixed"                             | node
        --user-quota many                   | turnstone.turn.user-quota = "many" (from --user-quota)     | whole number
        --sip-domain a --listen-ws [::1]    | turnstone.signaling.listen-ws = "[::1]" (from --listen-ws) | IP:PORT
        --sip-origin phone.example.com      | turnstone.signaling.origins                                | SCHEME://HOST
        --seed host:1                       | turnstone.cluster.address                                  | HOST:PORT
        --set turn.user-quotas=1            | turnstone.turn.user-quotas                                 | turnstone.turn.user-quota
        --set nonsense                      | --set = "nonsense"                                         | KEY=VALUE
        --config /nowhere/turnstone.conf    | --config = "/nowhere/turnstone.conf"                       | can be read
        --listn 127.0.0.1:1                 | --listn                                                    | turnstone node --help
        """)
    void shouldSayOneLineAndExitWithTwoWhenAValueIsWrong(String arguments, String subject, String allowed) {
        int exit = execute(("node " + arguments).split(" "));

        assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString().lines()).singleElement()
            .asString()
            .startsWith("turnstone: ")
            .contains(subject, allowed);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldStandForASettingThatTheManualNamesItsFlagAt(SettingFlag flag) throws IOException {
        SettingsLoader settings = new SettingsLoader().set(flag.key(), List.of("no valid value of any type"));

        assertThat(catchThrowable(settings::load)).satisfiesAnyOf(
            accepted -> assertThat(accepted).isNull(),
            refused -> assertThat(refused).hasMessageStartingWith("turnstone." + flag.key() + " = "));
        assertThat(manual()).containsPattern("Flag: " + flag.flag() + "( \\(repeatable\\))?\n");
    }

    @Test
    void shouldTeachByExamplesWhenAskedForHelp() {
        assertThat(execute("--help")).isZero();
        assertThat(execute("node", "--help")).isZero();

        assertThat(out.toString()).contains("Examples:", "turnstone demo", "--relay-ports", "--cluster-address");
    }

    @Test
    void shouldPrintItsVersion() {
        assertThat(execute("--version")).isZero();

        assertThat(out.toString()).startsWith("turnstone ");
    }

    private int execute(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    private static String manual() throws IOException {
        try (InputStream in = Objects.requireNonNull(SettingsLoader.class.getResourceAsStream("/reference.conf"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
