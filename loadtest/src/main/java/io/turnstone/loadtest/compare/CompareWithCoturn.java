package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.client.Pause;
import io.turnstone.loadtest.server.Coturn;
import io.turnstone.loadtest.server.TurnServer;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * CPU seconds per million relayed packets, Turnstone beside Debian's coturn: both run on this machine, each is measured
 * in turn, round after round, while the other one is stopped with SIGSTOP. Arguments, all optional and in this order:
 * rounds, seconds per measurement, the file that gets the table.
 */
public final class CompareWithCoturn {
    private static final int ALLOCATIONS = 20;
    private static final int RELAY_PORTS = 256;
    private static final long WARM_UP_SECONDS = 3;
    private static final int[] PAYLOAD_BYTES = {160, 1_200};

    private final List<TurnServer> servers;
    private final int rounds;
    private final int seconds;

    private record Scenario(RelayLoad.Path path, int payloadBytes) {
        String label() {
            return (path == RelayLoad.Path.PLAIN_PEER ? "plain peer, " : "relay to relay, ") + payloadBytes + " B";
        }
    }

    private record Sample(double cpuSecondsPerMillion, double packetsPerSecond, RelayLoad.Count count) {}

    private CompareWithCoturn(List<TurnServer> servers, int rounds, int seconds) {
        this.servers = servers;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path table = Path.of(arguments.length > 2 ? arguments[2] : "target/compare/coturn.md");
        Path logs = Files.createDirectories(table.toAbsolutePath().getParent());
        try (TurnServer coturn = Coturn.start(logs); TurnServer turnstone = TurnstoneNode.start(logs, RELAY_PORTS)) {
            String text = new CompareWithCoturn(List.of(coturn, turnstone), rounds, seconds).run();
            Files.writeString(table, text);
        }
    }

    private String run() {
        StringBuilder table = new StringBuilder("""
            | load | server | CPU s per million packets, median (least–most) | packets/s | delivered of sent | ratio |
            |---|---|---|---|---|---|
            """);
        for (RelayLoad.Path path : RelayLoad.Path.values()) {
            for (int payloadBytes : PAYLOAD_BYTES) {
                append(table, new Scenario(path, payloadBytes));
            }
        }
        return table.toString();
    }

    private void append(StringBuilder table, Scenario scenario) {
        List<List<Sample>> samples = servers.stream().<List<Sample>>map(server -> new ArrayList<>()).toList();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < servers.size(); i++) {
                samples.get(i).add(measure(servers.get(i), scenario));
            }
        }
        double first = median(samples.getFirst(), Sample::cpuSecondsPerMillion);
        for (int i = 0; i < servers.size(); i++) {
            table.append(row(scenario, servers.get(i), samples.get(i), first));
        }
    }

    private Sample measure(TurnServer server, Scenario scenario) {
        servers.forEach(each -> each.process().signalAll(each.equals(server) ? "CONT" : "STOP"));
        try (RelayLoad load = new RelayLoad(server, scenario.payloadBytes)) {
            load.start(scenario.path, ALLOCATIONS);
            Pause.seconds(WARM_UP_SECONDS);
            double cpuBefore = server.process().cpuSeconds();
            RelayLoad.Count before = load.count();
            long startNs = System.nanoTime();
            Pause.seconds(seconds);
            RelayLoad.Count count = load.count().minus(before);
            double cpu = server.process().cpuSeconds() - cpuBefore;
            double elapsed = (System.nanoTime() - startNs) / 1e9;
            return new Sample(cpu * 1e6 / count.delivered(), count.delivered() / elapsed, count);
        } finally {
            servers.forEach(each -> each.process().signalAll("CONT"));
        }
    }

    private static String row(Scenario scenario, TurnServer server, List<Sample> samples, double reference) {
        double[] cpu = samples.stream().mapToDouble(Sample::cpuSecondsPerMillion).sorted().toArray();
        double median = median(samples, Sample::cpuSecondsPerMillion);
        long sent = samples.stream().mapToLong(sample -> sample.count.sent()).sum();
        long delivered = samples.stream().mapToLong(sample -> sample.count.delivered()).sum();
        return String.format(Locale.ROOT, "| %s | %s | %.2f (%.2f–%.2f) | %.0f | %.3f %% | %.2f |%n", scenario.label(),
            server.name(), median, cpu[0], cpu[cpu.length - 1], median(samples, Sample::packetsPerSecond),
            100.0 * delivered / sent, median / reference);
    }

    private static double median(List<Sample> samples, java.util.function.ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
