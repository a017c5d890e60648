package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.relay.RelaySample;
import io.turnstone.loadtest.relay.RelayTarget;
import io.turnstone.loadtest.relay.Rounds;
import io.turnstone.loadtest.server.Coturn;
import io.turnstone.loadtest.server.TurnServer;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * CPU seconds per million relayed packets, Turnstone beside Debian's coturn: all run on this machine, each is measured in
 * turn, round after round, while the others are stopped with SIGSTOP. Arguments, all optional and in this order: rounds,
 * seconds per measurement, the file that gets the table, then the loads' names (all of them if none is given).
 */
public final class CompareWithCoturn {
    private static final int FIXED_ARGUMENTS = 3;
    private static final String LATENCY_BUDGET = "250 us";

    private final Path table;
    private final Path logs;
    private final int rounds;
    private final int seconds;
    private final List<Load> asked;

    private CompareWithCoturn(Path table, int rounds, int seconds, List<Load> asked) throws IOException {
        this.table = table;
        this.logs = Files.createDirectories(table.toAbsolutePath().getParent());
        this.rounds = rounds;
        this.seconds = seconds;
        this.asked = asked;
    }

    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path table = Path.of(arguments.length > 2 ? arguments[2] : "target/compare/coturn.md");
        List<String> names = List.of(arguments).subList(Math.min(FIXED_ARGUMENTS, arguments.length), arguments.length);
        List<Load> asked = Stream.of(Load.values())
            .filter(load -> names.isEmpty() || names.contains(load.label()))
            .toList();
        CompareWithCoturn comparison = new CompareWithCoturn(table, rounds, seconds, asked);
        Files.writeString(table,
            """
                | load | server | CPU s per million packets, median (least–most) | ratio | packets/s | loss | round trip p50, p99 µs |
                |---|---|---|---|---|---|---|
                """);
        comparison.oneNode();
        comparison.twoNodes();
        comparison.kernel();
    }

    private void oneNode() throws IOException {
        List<Load> loads = asked.stream().filter(load -> !load.isOfTwoNodes() && !load.isOfKernel()).toList();
        if (loads.isEmpty()) {
            return;
        }
        try (TurnServer coturn = Coturn.start(logs);
            TurnServer nio = TurnstoneNode.start(logs, Load.RELAY_PORTS, "--datagram-io", "nio");
            TurnServer linux = TurnstoneNode.start(logs, Load.RELAY_PORTS);
            TurnServer patient = TurnstoneNode.start(logs, Load.RELAY_PORTS, "--latency-budget", LATENCY_BUDGET)) {
            List<Contender> contenders = List.of(
                Contender.of("coturn", coturn),
                Contender.of("turnstone, nio", nio),
                Contender.of("turnstone", linux));
            List<Contender> withBudget = List.of(
                Contender.of("coturn", coturn),
                Contender.of("turnstone", linux),
                Contender.of("turnstone, " + LATENCY_BUDGET, patient));
            patient.process().signalAll("STOP");
            for (Load load : loads) {
                measure(load.isPaced() ? withBudget : contenders, load);
            }
            patient.process().signalAll("CONT");
        }
    }

    /** What the kernel does for a server is spent in the name of whoever sends, so the whole machine is looked at. */
    private void kernel() throws IOException {
        List<Load> loads = asked.stream().filter(Load::isOfKernel).toList();
        if (loads.isEmpty()) {
            return;
        }
        try (TurnServer coturn = Coturn.start(logs);
            TurnServer kernel = TurnstoneNode.start(logs, Load.RELAY_PORTS, "--kernel-forwarding", "tc")) {
            List<Contender> contenders = List.of(
                Contender.of("coturn", coturn), Contender.of("turnstone, kernel", kernel));
            for (Load load : loads) {
                List<RelayTarget> targets = new ArrayList<>(contenders.stream().map(Contender::target).toList());
                targets.add(RelayTarget.NONE);
                List<Rounds.Result> results = Rounds.measure(targets, load.plan(seconds), rounds,
                    new Alone(contenders));
                StringBuilder rows = new StringBuilder();
                results.forEach(result -> rows.append(rowBeyond(load, result, results.getFirst(), results.getLast())));
                Files.writeString(table, rows, StandardOpenOption.APPEND);
            }
        }
    }

    private static String rowBeyond(Load load, Rounds.Result result, Rounds.Result first, Rounds.Result none) {
        double beyond = Rounds.beyondNone(result, none);
        return line(load, result, String.format(Locale.ROOT, "%.2f beyond no server", beyond),
            beyond / Rounds.beyondNone(first, none));
    }

    private void twoNodes() throws IOException {
        List<Load> loads = asked.stream().filter(Load::isOfTwoNodes).toList();
        if (loads.isEmpty()) {
            return;
        }
        try (TurnServer one = Coturn.start(logs);
            TurnServer other = Coturn.start(logs);
            TurnstonePair pair = TurnstonePair.start(logs)) {
            List<Contender> contenders = List.of(
                Contender.of("two coturns", one, other),
                Contender.of("two turnstones", pair.first(), pair.second()));
            for (Load load : loads) {
                measure(contenders, load);
            }
        }
    }

    private void measure(List<Contender> contenders, Load load) throws IOException {
        List<RelayTarget> targets = contenders.stream().map(Contender::target).toList();
        List<Rounds.Result> results = Rounds.measure(targets, load.plan(seconds), rounds, new Alone(contenders));
        StringBuilder rows = new StringBuilder();
        results.forEach(result -> rows.append(row(load, result, results.getFirst())));
        Files.writeString(table, rows, StandardOpenOption.APPEND);
    }

    private static String row(Load load, Rounds.Result result, Rounds.Result first) {
        Rounds.Spread cost = result.cost();
        return line(load, result,
            String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", cost.median(), cost.least(), cost.most()),
            cost.median() / first.cost().median());
    }

    private static String line(Load load, Rounds.Result result, String cost, double ratio) {
        return String.format(Locale.ROOT, "| %s | %s | %s | %.2f | %.0f | %.3f %% | %.0f, %.0f |%n", load.label(),
            result.target().name(), cost, ratio,
            result.median(RelaySample::packetsPerSecond), result.median(RelaySample::lossPercent),
            result.median(sample -> sample.roundTripMicroseconds(50)),
            result.median(sample -> sample.roundTripMicroseconds(99)));
    }
}
