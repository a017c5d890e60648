package io.turnstone.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code turnstone-loadtest relay} against two nodes that know nothing of each other, one on each datagram layer. */
@Timeout(120)
class RelayIT {
    private static final Path LOGS = Path.of("target", "system").toAbsolutePath();
    private static final int RELAY_PORTS = 400;

    private static TurnstoneNode linux;
    private static TurnstoneNode nio;
    private final StringWriter out = new StringWriter();

    @BeforeAll
    static void start() {
        linux = TurnstoneNode.start(LOGS, RELAY_PORTS);
        nio = TurnstoneNode.start(LOGS, RELAY_PORTS, "--datagram-io", "nio");
    }

    @AfterAll
    static void stop() {
        linux.process().close();
        nio.process().close();
    }

    private int relay(String... options) {
        List<String> arguments = new ArrayList<>(List.of("relay", "--server", "127.0.0.1:" + linux.port(), "--user",
            TurnstoneNode.USER + ":" + TurnstoneNode.PASSWORD, "--pid", Long.toString(linux.process().pid()),
            "--warm-up", "1", "--seconds", "1"));
        arguments.addAll(Arrays.asList(options));
        PrintWriter writer = new PrintWriter(out, true);
        return Main.commandLine().setOut(writer).setErr(writer).execute(arguments.toArray(new String[0]));
    }

    private static Config round(Path json) {
        return ConfigFactory.parseFile(json.toFile())
            .getConfigList("servers")
            .getFirst()
            .getConfigList("rounds")
            .getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--path relay", "--carrier indications", "--path relay --carrier indications",
        "--train 8 --rate 16000 --payload 1200", "--train 8 --rate 16000 --payload 1200 --one-peer",
        "--train 4 --rate 8000 --carrier indications --payload 999"})
    void shouldGetPacketsThrough(String options) {
        Path json = LOGS.resolve("relay-it.json");
        List<String> all = new ArrayList<>(List.of("--json", json.toString()));
        all.addAll(options.isEmpty() ? List.of() : List.of(options.split(" ", -1)));

        assertThat(relay(all.toArray(new String[0]))).as(out::toString).isZero();

        Config round = round(json);
        assertThat(round.getLong("delivered")).isGreaterThan(5_000).isGreaterThan(round.getLong("sent") * 9 / 10);
        assertThat(round.getDouble("roundTrip.p50")).isPositive();
        assertThat(round.getDouble("serverSecondsPerMillion")).isPositive();
        assertThat(round.getDouble("systemSecondsPerMillion")).isPositive();
        assertThat(round.getDouble("othersSecondsPerMillion")).isPositive();
    }

    @Test
    void shouldKeepToARate() {
        Path json = LOGS.resolve("relay-it-rate.json");
        assertThat(relay("--rate", "4000", "--json", json.toString())).as(out::toString).isZero();
        Config round = round(json);
        assertThat(round.getLong("delivered") / round.getDouble("seconds")).isBetween(3_600.0, 4_400.0);
    }

    @Test
    void shouldCompareTwoServersAndDrawIt() throws IOException {
        Path plot = LOGS.resolve("relay-it.svg");
        assertThat(relay("--name", "ours", "--compare", "127.0.0.1:" + nio.port(), "--compare-pid",
            Long.toString(nio.process().pid()), "--compare-name", "theirs", "--rounds", "2", "--plot",
            plot.toString())).as(out::toString).isZero();

        assertThat(out.toString()).contains("round 2 of 2, theirs:").containsPattern("(?m)^ours .* 1\\.00 ");
        assertThat(Files.readString(plot)).contains("<svg").contains("theirs").doesNotContain("NaN");
    }

    @Test
    void shouldSayInMetricsWhatCarriesDatagrams() throws IOException {
        assertThat(linux.admin().body("/metrics")).contains("turnstone_datagram_io{layer=\"linux\"} 1");
        assertThat(nio.admin().body("/metrics")).contains("turnstone_datagram_io{layer=\"nio\"} 1");
    }

    @Test
    void shouldGiveItsAllocationsBack() {
        assertThat(relay("--rate", "1000")).as(out::toString).isZero();
        Awaitility.await()
            .atMost(Duration.ofSeconds(10))
            .untilAsserted(
                () -> assertThat(linux.admin().body("/v1/allocations")).contains("[]"));
    }
}
