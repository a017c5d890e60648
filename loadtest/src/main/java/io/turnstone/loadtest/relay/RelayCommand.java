package io.turnstone.loadtest.relay;

import io.turnstone.loadtest.command.AddressConverter;
import io.turnstone.loadtest.command.Allowed;
import io.turnstone.loadtest.command.CredentialOptions;
import io.turnstone.loadtest.relay.Rounds.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code turnstone-loadtest relay}: what relaying costs a server, and how long it takes. */
@Command(name = "relay", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, description = {
    "Relays packets through allocations and tells packets a second, loss, round-trip percentiles and, of servers on this",
    "machine, CPU seconds per million relayed packets. With --compare another server is measured in turn, round after",
    "round, and the ratios are told.%n"}, footerHeading = "%nExamples:%n", footer = {
        "  As many packets as there can be through 20 allocations, to plain peers in this process:",
        "    turnstone-loadtest relay --server 127.0.0.1:3478 --user ann:secret --pid \"$(pgrep -f turnstone-node)\"",
        "",
        "  20,000 packets a second between clients of two nodes, as Send and Data indications:",
        "    turnstone-loadtest relay --server 203.0.113.1:3478 --second-server 203.0.113.2:3478 --user ann:secret \\",
        "        --path relay --carrier indications --rate 20000",
        "",
        "  Beside another server with the same user, five rounds, with a plot:",
        "    turnstone-loadtest relay --server 127.0.0.1:3478 --pid 4711 --name ours --user ann:secret \\",
        "        --compare 127.0.0.1:3479 --compare-pid 4712 --compare-name theirs --rounds 5 --plot plot.svg",
        "",
        "Without --rate each flow keeps --window packets on their way: whoever gets one sends one, so the server is always",
        "busy and its queues do not overflow. The peers must be allowed on the server (loopback is not, by default)."})
public final class RelayCommand implements Callable<Integer> {
    private static final int ALLOCATIONS_MAX = 20_000;
    private static final int RATE_MAX = 10_000_000;
    private static final int PAYLOAD_BYTES_MAX = 1_400;
    private static final int WINDOW_MAX = 1_000;
    private static final int TRAIN_MAX = 64;
    /** A permission lives for 300 s (RFC 8656 §9), and none is renewed. */
    private static final int SECONDS_MAX = 240;
    private static final int ROUNDS_MAX = 1_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--server", paramLabel = "HOST:PORT", required = true, converter = AddressConverter.class, description = "The TURN server, over UDP; IPv6 as [IP]:PORT.")
    private @Nullable InetSocketAddress server;

    @Option(names = "--second-server", paramLabel = "HOST:PORT", converter = AddressConverter.class, description = "Another node, on which the far end's clients allocate; with --path relay.")
    private @Nullable InetSocketAddress secondServer;

    @Mixin
    private CredentialOptions credentials = new CredentialOptions();

    @Option(names = "--pid", paramLabel = "PID", description = "A process of the server on this machine. Repeatable.")
    private List<Long> pids = List.of();

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "server", description = "What to call it (default: ${DEFAULT-VALUE}).")
    private String name = "";

    @Option(names = "--compare", paramLabel = "HOST:PORT", converter = AddressConverter.class, description = "Another server with the same credential.")
    private @Nullable InetSocketAddress other;

    @Option(names = "--compare-second-server", paramLabel = "HOST:PORT", converter = AddressConverter.class, description = "As --second-server, of the other one.")
    private @Nullable InetSocketAddress otherSecond;

    @Option(names = "--compare-pid", paramLabel = "PID", description = "As --pid, of the other one. Repeatable.")
    private List<Long> otherPids = List.of();

    @Option(names = "--compare-name", paramLabel = "NAME", defaultValue = "other", description = "What to call it (default: ${DEFAULT-VALUE}).")
    private String otherName = "";

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "1", description = "Measurements of each server (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--allocations", paramLabel = "N", defaultValue = "20", description = "Allocations on each server (default: ${DEFAULT-VALUE}).")
    private int allocations;

    @Option(names = "--path", paramLabel = "KIND", defaultValue = "peer", description = "peer: to plain sockets of this process; relay: to another client's relayed address (default: ${DEFAULT-VALUE}).")
    private RelayPlan.Path path = RelayPlan.Path.PEER;

    @Option(names = "--carrier", paramLabel = "KIND", defaultValue = "channels", description = "channels or indications (default: ${DEFAULT-VALUE}).")
    private RelayPlan.Carrier carrier = RelayPlan.Carrier.CHANNELS;

    @Option(names = "--payload", paramLabel = "BYTES", defaultValue = "160", description = "Payload of a packet, 16 to 1400 (default: ${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Option(names = "--window", paramLabel = "N", defaultValue = "8", description = "Packets that each flow keeps on their way (default: ${DEFAULT-VALUE}).")
    private int window;

    @Option(names = "--rate", paramLabel = "PPS", defaultValue = "0", description = "Packets relayed a second, both directions together, instead of a window; 0: a window (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--train", paramLabel = "N", defaultValue = "1", description = "Packets of a flow that leave in one go, as a train (UDP GSO) where there are several (default: ${DEFAULT-VALUE}).")
    private int train;

    @Option(names = "--one-peer", description = "All clients send to one peer, as to a conference server.")
    private boolean onePeer;

    @Option(names = "--local", paramLabel = "IP", description = "Address of this machine to send from (default: the one that leads to the server).")
    private @Nullable String local;

    @Option(names = "--peers", paramLabel = "IP", description = "Address of this machine that plain peers have (default: that of --local).")
    private @Nullable String peers;

    @Option(names = "--baseline", description = "In each round also sends the same payloads straight from client to peer, and tells what a packet costs the whole machine beyond that: what the kernel does for a server counts, whoever it does it in the name of.")
    private boolean baseline;

    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "3", description = "Relaying before each measurement (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "5", description = "Length of a measurement (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes every measurement there.")
    private @Nullable Path json;

    @Option(names = "--plot", paramLabel = "FILE", description = "Also draws the results there, as SVG.")
    private @Nullable Path plot;

    @Override
    public Integer call() throws IOException {
        RelayPlan plan = plan();
        List<Result> results = Rounds.measure(targets(), plan, rounds, new Progress());
        say(System.lineSeparator() + RelayTable.of(results));
        if (json != null) {
            Files.writeString(json, RelayJson.of(results));
        }
        if (plot != null) {
            Files.writeString(plot, RelayPlot.svg(results));
        }
        return CommandLine.ExitCode.OK;
    }

    private List<RelayTarget> targets() {
        List<RelayTarget> targets = new ArrayList<>();
        InetSocketAddress first = Objects.requireNonNull(server);
        targets.add(
            new RelayTarget(name, first, secondServer == null ? first : secondServer, credentials.read(commandLine()),
                pids));
        if (other != null) {
            targets.add(new RelayTarget(otherName, other, otherSecond == null ? other : otherSecond,
                credentials.read(commandLine()), otherPids));
        }
        if (baseline) {
            targets.add(RelayTarget.NONE);
        }
        return targets;
    }

    private RelayPlan plan() throws IOException {
        within(allocations, "--allocations", 1, ALLOCATIONS_MAX);
        demand(path == RelayPlan.Path.PEER || allocations % 2 == 0, "--allocations", allocations,
            "an even number with --path relay");
        demand(path == RelayPlan.Path.RELAY || (secondServer == null && otherSecond == null), "--second-server",
            secondServer == null ? otherSecond : secondServer, "only with --path relay");
        within(payloadBytes, "--payload", Generator.PAYLOAD_BYTES_MIN, PAYLOAD_BYTES_MAX);
        within(window, "--window", 1, WINDOW_MAX);
        within(rate, "--rate", 0, RATE_MAX);
        within(train, "--train", 1, TRAIN_MAX);
        within(rounds, "--rounds", 1, ROUNDS_MAX);
        within(warmUpSeconds, "--warm-up", 0, SECONDS_MAX);
        within(seconds, "--seconds", 1, SECONDS_MAX - warmUpSeconds);
        return new RelayPlan(allocations, path, carrier, payloadBytes, rate > 0 ? 0 : window, false, rate, train,
            onePeer, localAddress(),
            new InetSocketAddress(peers == null ? localAddress() : literal("--peers", peers), 0), warmUpSeconds,
            seconds);
    }

    private InetAddress localAddress() throws IOException {
        if (local == null) {
            try (DatagramSocket probe = new DatagramSocket()) {
                probe.connect(Objects.requireNonNull(server));
                return probe.getLocalAddress();
            }
        }
        return literal("--local", local);
    }

    private InetAddress literal(String option, String address) {
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException noAddress) {
            throw wrong(option, address, "an IP address of this machine");
        }
    }

    private void within(int value, String option, int least, int most) {
        demand(value >= least && value <= most, option, value, least + " to " + most);
    }

    private void demand(boolean holds, String option, @Nullable Object value, String allowed) {
        Allowed.demand(commandLine(), holds, option, value, allowed);
    }

    private ParameterException wrong(String option, @Nullable Object value, String allowed) {
        return Allowed.wrong(commandLine(), option, value, allowed);
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }

    private void say(String line) {
        PrintWriter out = commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /** A line for each measurement. */
    private final class Progress implements Rounds.Watcher {
        @Override
        public void before(int round, RelayTarget target) {}

        @Override
        public void after(int round, RelayTarget target, RelaySample sample) {
            say(String.format(Locale.ROOT, "round %d of %d, %s: %.0f packets/s, %.3f %% lost, p50 %.0f us, p99 %.0f us",
                round, rounds, target.name(), sample.packetsPerSecond(), sample.lossPercent(),
                sample.roundTripMicroseconds(50), sample.roundTripMicroseconds(99)));
        }
    }
}
