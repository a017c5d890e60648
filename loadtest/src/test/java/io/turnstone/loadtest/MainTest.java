package io.turnstone.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the command line says to people who mistype. */
class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource({"--server, nowhere", "--server, 127.0.0.1:0", "--server, ::1:3478", "--allocations, 0",
        "--allocations, 7", "--measured, -1", "--rate, 0", "--keep-alive-rate, 0", "--payload, 8", "--peer-share, 101",
        "--carrier, pigeon", "--seconds, -1", "--request-every, -5", "--rows, -1", "--local, lo", "--local, ::1",
        "--user, nobody", "--peer, 127.0.0.1:99999"})
    void shouldRefuseAWrongValueInOneLine(String option, String value) {
        int status = run("hold", "--server", "127.0.0.1:3478", "--user", "a:b", option, value);

        assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString().lines()).singleElement().asString().contains(option).contains(value);
    }

    @ParameterizedTest
    @CsvSource({"--server, nowhere", "--allocations, 0", "--payload, 8", "--window, 0", "--rate, -1", "--train, 65",
        "--rounds, 0", "--seconds, 0", "--warm-up, 241", "--path, moon", "--carrier, mixed", "--local, lo", "--pid, x",
        "--user, nobody", "--second-server, 127.0.0.1:9"})
    void shouldRefuseAWrongValueOfRelayInOneLine(String option, String value) {
        int status = run("relay", "--server", "127.0.0.1:3478", "--user", "a:b", option, value);

        assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString().lines()).singleElement().asString().contains(option).contains(value);
    }

    @ParameterizedTest
    @CsvSource({"alloc, --allocations, 0", "alloc, --rate, -1", "alloc, --concurrent, 0", "churn, --rate, 0",
        "churn, --seconds, 0", "churn, --keep, 0", "churn, --peer, nobody"})
    void shouldRefuseAWrongValueOfAllocAndChurnInOneLine(String command, String option, String value) {
        int status = run(command, "--server", "127.0.0.1:3478", "--user", "a:b", option, value);

        assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString().lines()).singleElement().asString().contains(option).contains(value);
    }

    @ParameterizedTest
    @CsvSource({"register, --registrations, 0", "register, --users, 1", "register, --transport, pigeon",
        "register, --concurrent, 0", "register, --user, nobody", "call, --calls, 0", "call, --sdp, -1",
        "call, --users, 7"})
    void shouldRefuseAWrongValueOfRegisterAndCallInOneLine(String command, String option, String value) {
        int status = run(command, "--server", "127.0.0.1:8080", "--domain", "example.org", "--user", "a:b", option,
            value);

        assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString().lines()).singleElement().asString().contains(option).contains(value);
    }

    @Test
    void shouldRefuseAnOddNumberOfAllocationsThatRelayToEachOther() {
        int status = run("relay", "--server", "127.0.0.1:3478", "--user", "a:b", "--path", "relay", "--allocations",
            "7");

        assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--allocations = 7 is not allowed: an even number");
    }

    @Test
    void shouldRefuseAPasswordBesideASecret() {
        int status = run("hold", "--server", "127.0.0.1:3478", "--user", "a:b", "--secret", "s");

        assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--user = a:b is not allowed: a name without a password beside --secret");
    }

    @Test
    void shouldTeach() {
        assertThat(run("hold", "--help")).isZero();
        assertThat(out.toString()).contains("Examples:").contains("--request-every").contains("control flow");
    }

    /** An option that is given again replaces the valid one before it. */
    private int run(String... arguments) {
        List<String> all = new ArrayList<>();
        for (String argument : arguments) {
            int before = argument.startsWith("--") && !argument.equals("--local") ? all.indexOf(argument) : -1;
            if (before >= 0) {
                all.subList(before, before + 2).clear();
            }
            all.add(argument);
        }
        return Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(all.toArray(new String[0]));
    }
}
