package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.relay.RelayPlan;
import io.turnstone.loadtest.relay.Rounds;
import io.turnstone.loadtest.server.BareRelay;
import io.turnstone.loadtest.server.Coturn;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnServer;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

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
    /** On each of three addresses: those of one measurement rest while the next one takes others. */
    private static final int RELAY_PORTS = 8_000;
    private static final String SECOND_ADDRESS = "127.0.0.2";
    private static final String THIRD_ADDRESS = "127.0.0.3";
    private static final String PER_SECOND = "/s";

    private final Path logs;
    private final int rounds;
    private final int seconds;
    private final String load;
    private final InetSocketAddress peer = Loopback.ipv4(FreePorts.one());

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
        List<String> flags = new ArrayList<>(List.of("--relay-address", SECOND_ADDRESS, "--relay-address",
            THIRD_ADDRESS, "--set", "forwarding.unauthenticated-answers-per-second=1000000"));
        flags.addAll(more);
        try (
            TurnServer coturn = Coturn.startAt(relayPorts, RELAY_PORTS, logs, "--relay-ip", SECOND_ADDRESS,
                "--relay-ip", THIRD_ADDRESS);
            TurnServer turnstone = TurnstoneNode.startAt(relayPorts + RELAY_PORTS, RELAY_PORTS, logs,
                flags.toArray(new String[0]));
            BareRelay bare = BareRelay.start(logs, SECOND_ADDRESS, peer)) {
            return measure(List.of(Contender.of("coturn", coturn), Contender.of("turnstone", turnstone),
                Contender.of("bare relay", bare)));
        }
    }

    private List<Growth> measure(List<Contender> contenders) throws IOException {
        List<List<Rounds.Result>> results = Rounds.measure(contenders.stream().map(Contender::target).toList(),
            List.of(plan(FEW), plan(MANY)), rounds, new Alone(contenders));
        return IntStream.range(0, contenders.size())
            .mapToObj(i -> new Growth(results.getFirst().get(i), results.getLast().get(i)))
            .toList();
    }

    private RelayPlan plan(int allocations) {
        boolean paced = load.endsWith(PER_SECOND);
        int rate = paced ? Integer.parseInt(load.substring(0, load.length() - PER_SECOND.length())) : 0;
        return new RelayPlan(allocations, RelayPlan.Path.PEER, RelayPlan.Carrier.CHANNELS, PAYLOAD_BYTES,
            paced ? 0 : Integer.parseInt(load), true, rate, 1, true, Loopback.ipv4(0).getAddress(), peer,
            WARM_UP_SECONDS, seconds);
    }
}
