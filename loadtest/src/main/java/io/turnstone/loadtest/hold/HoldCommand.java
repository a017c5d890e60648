package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.command.AddressConverter;
import io.turnstone.loadtest.command.Allowed;
import io.turnstone.loadtest.command.CredentialOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code turnstone-loadtest hold}: holds allocations through whatever happens to the server, and tells about it. */
@Command(name = "hold", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, description = {
    "Makes allocations, keeps them alive as browsers do, sends numbered packets through them both ways, and tells what",
    "became of each flow: the longest gap between two arrivals, packets lost, allocations lost, errors that a client",
    "sees (any error answer but 401 and 438; no answer for 39 s). Break something of the cluster in the meantime.",
    "Ctrl-C ends the window early. Exit code 0: nothing lost, no error; 3: something was.%n"}, footerHeading = "%nExamples:%n", footer = {
        "  A thousand allocations in pairs that relay to each other, a hundred of these flows measured, one minute:",
        "    turnstone-loadtest hold --server 203.0.113.1:3478 --user ann:secret --seconds 60",
        "",
        "  Half of the flows go to a peer that no TURN server relays ('turnstone-loadtest peer' runs there); a",
        "  TURN REST secret; the report also as JSON:",
        "    turnstone-loadtest hold --server turn.example.org:3478 --user load --secret \"$REST_SECRET\" \\",
        "        --peer 198.51.100.9:9000 --control 198.51.100.9:9000 --json report.json",
        "",
        "What is sent: the first --measured flows at --rate packets a second each way, the others at --keep-alive-rate.",
        "The control flow passes no relay: a pause in it is the machine's or the network's own, not the server's."})
public final class HoldCommand implements Callable<Integer> {
    static final int LOST_SOMETHING = 3;
    private static final int ALLOCATIONS_MAX = 100_000;
    private static final int RATE_MAX = 1_000;
    private static final int PAYLOAD_BYTES_MAX = 1_200;
    private static final int DAY_SECONDS = 86_400;
    private static final int PERCENT_MAX = 100;
    private static final long REPORT_SECONDS_MAX = 60;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--server", paramLabel = "HOST:PORT", required = true, converter = AddressConverter.class, description = "The TURN server or the balancer in front of it, over UDP; IPv6 as [IP]:PORT.")
    private @Nullable InetSocketAddress server;

    @Mixin
    private CredentialOptions credentials = new CredentialOptions();

    @Option(names = "--allocations", paramLabel = "N", defaultValue = "1000", description = "Allocations to hold (default: ${DEFAULT-VALUE}).")
    private int allocations;

    @Option(names = "--measured", paramLabel = "N", defaultValue = "100", description = "Flows to measure (default: ${DEFAULT-VALUE}).")
    private int measured;

    @Option(names = "--rate", paramLabel = "PPS", defaultValue = "50", description = "Packets a second each way on a measured flow (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--keep-alive-rate", paramLabel = "PPS", defaultValue = "1", description = "The same on every other flow (default: ${DEFAULT-VALUE}).")
    private double keepAliveRate;

    @Option(names = "--payload", paramLabel = "BYTES", defaultValue = "160", description = "Payload of a packet, 24 to 1200 (default: ${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Option(names = "--peer", paramLabel = "HOST:PORT", converter = AddressConverter.class, description = "An echo ('turnstone-loadtest peer') that part of the flows go to. Without: relay to relay only.")
    private @Nullable InetSocketAddress peer;

    @Option(names = "--peer-share", paramLabel = "PERCENT", defaultValue = "50", description = "How many of the flows go to --peer (default: ${DEFAULT-VALUE}).")
    private int peerPercent;

    @Option(names = "--carrier", paramLabel = "KIND", defaultValue = "mixed", description = "channels, indications or mixed (default: ${DEFAULT-VALUE}).")
    private HoldPlan.Carrier carrier = HoldPlan.Carrier.MIXED;

    @Option(names = "--control", paramLabel = "HOST:PORT", converter = AddressConverter.class, description = "An echo for the control flow (default: within this process).")
    private @Nullable InetSocketAddress control;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "60", description = "Length of the window; 0: until Ctrl-C (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--request-every", paramLabel = "SECONDS", defaultValue = "0", description = "Send Refresh, CreatePermission and ChannelBind this often; 0: as browsers do (default: ${DEFAULT-VALUE}).")
    private int requestEverySeconds;

    @Option(names = "--local", paramLabel = "IP", description = "Address of this machine to send from. Repeatable: clients take them in turn.")
    private List<String> locals = List.of();

    @Option(names = "--rows", paramLabel = "N", defaultValue = "20", description = "Flows in the table, longest gaps first (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the report there, every measured flow in it.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        HoldPlan plan = plan();
        CountDownLatch reported = new CountDownLatch(1);
        try (Hold hold = new Hold(plan)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> finish(hold, reported), "finish"));
            HoldReport report = hold(hold, plan);
            return report.isPerfect() ? CommandLine.ExitCode.OK : LOST_SOMETHING;
        } finally {
            reported.countDown();
        }
    }

    private HoldReport hold(Hold hold, HoldPlan plan) throws IOException, InterruptedException {
        say(String.format(Locale.ROOT, "making %d allocations at %s:%d", plan.allocations(),
            plan.server().getHostString(), plan.server().getPort()));
        hold.prepare();
        say(plan.seconds() == 0 ? "holding until Ctrl-C" : "holding for " + plan.seconds() + " s");
        HoldReport report = hold.measure();
        if (json != null) {
            Files.writeString(json, ReportJson.of(report));
        }
        say(System.lineSeparator() + ReportTable.of(report, rows));
        return report;
    }

    /** On Ctrl-C: the JVM goes on until the report is written. */
    private static void finish(Hold hold, CountDownLatch reported) {
        hold.stop();
        try {
            reported.await(REPORT_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private HoldPlan plan() {
        demand(allocations >= 1 && allocations <= ALLOCATIONS_MAX, "--allocations", allocations, "1 to 100000");
        demand(peer != null || allocations % 2 == 0, "--allocations", allocations,
            "an even number, since without --peer allocations send to each other");
        demand(measured >= 0 && measured <= ALLOCATIONS_MAX, "--measured", measured, "0 to 100000");
        demand(rate >= 1 && rate <= RATE_MAX, "--rate", rate, "1 to 1000");
        demand(keepAliveRate >= 0.1 && keepAliveRate <= RATE_MAX, "--keep-alive-rate", keepAliveRate, "0.1 to 1000");
        demand(payloadBytes >= Probe.HEADER_BYTES && payloadBytes <= PAYLOAD_BYTES_MAX, "--payload", payloadBytes,
            "24 to 1200");
        demand(peerPercent >= 0 && peerPercent <= PERCENT_MAX, "--peer-share", peerPercent, "0 to 100");
        demand(seconds >= 0 && seconds <= DAY_SECONDS, "--seconds", seconds, "0 to 86400");
        demand(requestEverySeconds >= 0 && requestEverySeconds <= DAY_SECONDS, "--request-every", requestEverySeconds,
            "0 to 86400");
        demand(rows >= 0, "--rows", rows, "0 or more");
        return new HoldPlan(Objects.requireNonNull(server),
            credentials.read(Objects.requireNonNull(spec).commandLine()), allocations, measured, rate, keepAliveRate,
            payloadBytes, peer, peerPercent, carrier, control, seconds, requestEverySeconds, localAddresses());
    }

    private List<InetAddress> localAddresses() {
        boolean ipv4 = Objects.requireNonNull(server).getAddress() instanceof Inet4Address;
        return locals.stream().map(text -> localAddress(text, ipv4)).toList();
    }

    private InetAddress localAddress(String text, boolean ipv4) {
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            demand(address instanceof Inet4Address == ipv4, "--local", text, "an address of the server's family");
            return address;
        } catch (IllegalArgumentException noAddress) {
            throw wrong("--local", text, "an IP address of this machine");
        }
    }

    private void demand(boolean holds, String option, Object value, String allowed) {
        Allowed.demand(Objects.requireNonNull(spec).commandLine(), holds, option, value, allowed);
    }

    private ParameterException wrong(String option, Object value, String allowed) {
        return Allowed.wrong(Objects.requireNonNull(spec).commandLine(), option, value, allowed);
    }

    private void say(String line) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
