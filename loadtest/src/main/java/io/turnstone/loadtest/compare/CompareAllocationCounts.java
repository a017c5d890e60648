package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.relay.RelayPlan;
import io.turnstone.loadtest.relay.Rounds;
import io.turnstone.loadtest.server.BareRelay;
import io.turnstone.loadtest.server.Coturn;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnServer;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How much more a packet costs where there are many allocations: Debian's coturn, Turnstone and a relay without any protocol, in
 * turn with few and with many flows, the others stopped with SIGSTOP. Flows send in turn, so that the servers find the same
 * batches whatever their number, and all send to one peer, as the generator could not open a socket for each. Arguments, all
 * optional and in this order: rounds, seconds per measurement, the file that gets the table, the packets that all flows
 * together keep on their way or, with {@code /s} behind it, the packets relayed a second, then flags for Turnstone.
 */
public final class CompareAllocationCounts {
    private static final int FIXED_ARGUMENTS = 4;
    private static final int FEW = 100;
    private static final int MANY = 10_000;
    private static final int PAYLOAD_BYTES = 160;
    private static final int WARM_UP_SECONDS = 3;
    /** A JVM goes on compiling what makes allocations until tens of thousands have been made. */
    private static final int REHEARSALS = 4;
    private static final int REHEARSAL_SECONDS = 1;
    /** On each of so many addresses: those that were given back rest for a minute, while others are taken. */
    private static final int RELAY_PORTS = 8_000;
    private static final int RELAY_ADDRESSES = 8;
    /** No other program's, as one may take a port in the moment after a TURN client has let go of it. */
    private static final InetAddress CLIENTS = InetAddress.ofLiteral("127.0.0.9");
    private static final String PER_SECOND = "/s";

    private final Path logs;
    private final int rounds;
    private final int seconds;
    private final String load;
    private final InetSocketAddress peer = new InetSocketAddress(CLIENTS, FreePorts.one());

    private CompareAllocationCounts(Path logs, int rounds, int seconds, String load) {
        this.logs = logs;
        this.rounds = rounds;
        this.seconds = seconds;
        this.load = load;
    }

    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Path table = Path.of(arguments.length > 2 ? arguments[2] : "target/compare/allocation-counts.md");
        String load = arguments.length > 3 ? arguments[3] : Integer.toString(FEW);
        List<String> flags = List.of(arguments).subList(Math.min(FIXED_ARGUMENTS, arguments.length), arguments.length);
        Path logs = Files.createDirectories(table.toAbsolutePath().getParent());
        List<Growth> growths = new CompareAllocationCounts(logs, rounds, seconds, load).run(flags);
        Files.writeString(table, Growth.table(FEW, MANY, growths));
    }

    private List<Growth> run(List<String> more) throws IOException {
        int relayPorts = FreePorts.range(2 * RELAY_PORTS);
        List<String> flags = new ArrayList<>(furtherAddresses("--relay-address"));
        flags.addAll(List.of("--set", "forwarding.unauthenticated-answers-per-second=1000000"));
        flags.addAll(more);
        try (
            TurnServer coturn = Coturn.startAt(relayPorts, RELAY_PORTS, logs,
                furtherAddresses("--relay-ip").toArray(new String[0]));
            TurnServer turnstone = TurnstoneNode.startAt(relayPorts + RELAY_PORTS, RELAY_PORTS, logs,
                flags.toArray(new String[0]));
            BareRelay bare = BareRelay.start(logs, "127.0.0.2", peer)) {
            Contender ours = Contender.of("turnstone", turnstone);
            List<Contender> contenders = List.of(Contender.of("coturn", coturn), ours,
                Contender.of("bare relay", bare));
            Rounds.measure(List.of(ours.target()), plan(MANY, REHEARSAL_SECONDS), REHEARSALS, new Alone(contenders));
            return measure(contenders);
        }
    }

    /** Loopback addresses beyond the first one. */
    private static List<String> furtherAddresses(String flag) {
        return IntStream.rangeClosed(2, RELAY_ADDRESSES)
            .boxed()
            .flatMap(last -> Stream.of(flag, "127.0.0." + last))
            .toList();
    }

    private List<Growth> measure(List<Contender> contenders) throws IOException {
        List<List<Rounds.Result>> results = Rounds.measure(contenders.stream().map(Contender::target).toList(),
            List.of(plan(FEW, seconds), plan(MANY, seconds)), rounds, new Alone(contenders));
        return IntStream.range(0, contenders.size())
            .mapToObj(i -> new Growth(results.getFirst().get(i), results.getLast().get(i)))
            .toList();
    }

    private RelayPlan plan(int allocations, int length) {
        boolean paced = load.endsWith(PER_SECOND);
        int rate = paced ? Integer.parseInt(load.substring(0, load.length() - PER_SECOND.length())) : 0;
        return new RelayPlan(allocations, RelayPlan.Path.PEER, RelayPlan.Carrier.CHANNELS, PAYLOAD_BYTES,
            paced ? 0 : Integer.parseInt(load), true, rate, 1, true, CLIENTS, peer,
            WARM_UP_SECONDS, length);
    }
}
