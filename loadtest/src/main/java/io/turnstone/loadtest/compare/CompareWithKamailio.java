package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.Pause;
import io.turnstone.loadtest.command.Sample;
import io.turnstone.loadtest.relay.Rounds.Spread;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.JvmHeap;
import io.turnstone.loadtest.server.Kamailio;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.signaling.SignalingPlan.Transport;
import io.turnstone.loadtest.signaling.SignalingTarget;
import io.turnstone.loadtest.signaling.SignalingUsers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * CPU milliseconds for a thousand registrations and calls, and memory for an idle WebSocket, Turnstone beside Debian's
 * Kamailio: both run on this machine, each is measured in turn, round after round, while the other is stopped with SIGSTOP.
 * Some rounds go before those that are asked for, and are not counted.
 * Arguments, all optional and in this order: rounds, the file that gets the table, then the loads' names (all of them if none
 * is given).
 */
public final class CompareWithKamailio {
    private static final int FIXED_ARGUMENTS = 2;
    private static final String USER = "load";
    private static final String PASSWORD = "secret";
    /** Not counted: a JVM's compilers are at work until the sixth or so, longer than that where processors are slow. */
    private static final int WARM_UP_ROUNDS = 8;
    private static final int FEW = 1_000;
    private static final int MANY = 5_000;
    private static final int RELAY_PORTS = 16;
    /** For how long a server knows a request again (RFC 3261 §17.2.2); tens of thousands come each second. */
    private static final int REMEMBERED_SECONDS = 33;
    private static final int TRANSACTIONS = 1_000_000;
    private static final double BYTES_PER_KB = 1_000;
    /** Within which a server notices that its users have gone. */
    private static final long FAREWELL_MS = 500;

    private final Path table;
    private final Path logs;
    private final int rounds;

    /** A server, and how to read what lives in its memory; 0 where it does not tell. */
    private record Server(String name, String domain, InetSocketAddress webSockets, InetSocketAddress datagrams,
        ServerProcess process, LongSupplier liveBytes) {

        SignalingTarget target(Transport transport) {
            return new SignalingTarget(name, transport == Transport.WS ? webSockets : datagrams, domain, USER, PASSWORD,
                List.of(process.pid()));
        }
    }

    private record Result(Server server, List<Sample> samples) {
        Spread spread(ToDoubleFunction<Sample> figure) {
            return Spread.of(samples.stream().mapToDouble(figure).toArray());
        }

        double median(ToDoubleFunction<Sample> figure) {
            return spread(figure).median();
        }
    }

    private CompareWithKamailio(Path table, int rounds) throws IOException {
        this.table = table;
        this.logs = Files.createDirectories(table.toAbsolutePath().getParent());
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        Path table = Path.of(arguments.length > 1 ? arguments[1] : "target/compare/kamailio.md");
        List<String> names = List.of(arguments).subList(Math.min(FIXED_ARGUMENTS, arguments.length), arguments.length);
        CompareWithKamailio comparison = new CompareWithKamailio(table, rounds);
        comparison.write("""
            | load | server | CPU ms per thousand, median (least–most) | ratio | per second | wait p50, p99 ms |
            |---|---|---|---|---|---|
            """, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        comparison.run(names);
    }

    private void run(List<String> names) throws IOException {
        InetSocketAddress webSockets = Loopback.ipv4(FreePorts.one());
        InetSocketAddress datagrams = Loopback.ipv4(FreePorts.one());
        try (Kamailio kamailio = Kamailio.start(logs, PASSWORD);
            TurnstoneNode turnstone = TurnstoneNode.start(logs, RELAY_PORTS, flags(webSockets, datagrams))) {
            List<Server> servers = List.of(
                new Server("kamailio", Kamailio.DOMAIN, kamailio.address(), kamailio.address(), kamailio.process(),
                    () -> 0),
                new Server("turnstone", TurnstoneNode.REALM, webSockets, datagrams, turnstone.process(),
                    () -> JvmHeap.usedBytes(turnstone)));
            for (SignalingLoad load : SignalingLoad.values()) {
                if (names.isEmpty() || names.contains(load.label())) {
                    measure(servers, load);
                    Pause.seconds(REMEMBERED_SECONDS);
                }
            }
            if (names.isEmpty() || names.contains("idle")) {
                for (Server server : servers) {
                    idle(server);
                }
            }
        }
    }

    private static String[] flags(InetSocketAddress webSockets, InetSocketAddress datagrams) {
        Stream<String> users = IntStream.range(0, MANY)
            .boxed()
            .flatMap(number -> Stream.of("--user", USER + number + ":" + PASSWORD));
        Stream<String> others = Stream.of("--sip-domain", TurnstoneNode.REALM, "--listen-ws",
            "127.0.0.1:" + webSockets.getPort(), "--listen-sip", "127.0.0.1:" + datagrams.getPort(), "--set",
            "signaling.connections-per-source-maximum=" + 2 * MANY, "--set",
            "signaling.transactions-maximum=" + TRANSACTIONS);
        return Stream.concat(users, others).toArray(String[]::new);
    }

    private void measure(List<Server> servers, SignalingLoad load) throws IOException {
        List<Result> results = servers.stream().map(server -> new Result(server, new ArrayList<>())).toList();
        for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
            for (Result result : results) {
                servers.forEach(each -> each.process().signalAll(each.equals(result.server()) ? "CONT" : "STOP"));
                Sample sample = SignalingUsers.measure(result.server().target(load.transport()), load.plan(round == 0));
                if (!sample.failures().isEmpty()) {
                    throw new IllegalStateException(result.server().name() + ", " + load.label() + ": "
                        + sample.failures());
                }
                if (round >= WARM_UP_ROUNDS) {
                    result.samples().add(sample);
                }
                Pause.ms(FAREWELL_MS);
            }
        }
        servers.forEach(each -> each.process().signalAll("CONT"));
        for (Result result : results) {
            Spread cost = result.spread(Sample::serverMsPerThousand);
            double reference = results.getFirst().median(Sample::serverMsPerThousand);
            write(
                String.format(Locale.ROOT, "| %s | %s | %.1f (%.1f–%.1f) | %.2f | %.0f | %.2f, %.2f |%n", load.label(),
                    result.server().name(), cost.median(), cost.least(), cost.most(), cost.median() / reference,
                    result.median(Sample::perSecond), result.median(sample -> sample.waitMs(50)),
                    result.median(sample -> sample.waitMs(99))),
                StandardOpenOption.APPEND);
        }
    }

    private void idle(Server server) throws IOException {
        try (SignalingUsers users = new SignalingUsers(server.target(Transport.WS), Transport.WS, 0)) {
            users.grow(FEW);
            long[] few = {server.liveBytes().getAsLong(), server.process().proportionalBytes()};
            users.grow(MANY);
            long[] many = {server.liveBytes().getAsLong(), server.process().proportionalBytes()};
            double[] each = IntStream.range(0, few.length)
                .mapToDouble(i -> (many[i] - few[i]) / BYTES_PER_KB / (MANY - FEW))
                .toArray();
            write(String.format(Locale.ROOT,
                "| idle | %s | from %d to %d registered WebSockets each takes %.1f kB resident%s | | | |%n",
                server.name(),
                FEW, MANY, each[1],
                each[0] > 0 ? String.format(Locale.ROOT, ", %.1f kB of live heap", each[0]) : ""),
                StandardOpenOption.APPEND);
        }
    }

    private void write(String text, StandardOpenOption... how) throws IOException {
        Files.writeString(table, text, how);
    }
}
