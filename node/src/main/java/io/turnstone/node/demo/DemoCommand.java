package io.turnstone.node.demo;

import io.turnstone.config.ConfigurationException;
import io.turnstone.config.MachineAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code turnstone demo}: starts a cluster on this machine, serves the call page, stops all on Ctrl-C or SIGTERM. */
@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Starts a cluster on this machine and a page on which two browsers (or two sides of one) call each other",
    "through it, each relayed by another node. Ctrl-C stops all of it.%n"}, footerHeading = "%nExamples:%n", footer = {
        "  turnstone demo                 three nodes behind UDP port 3478",
        "  turnstone demo --nodes 5       five of them",
        "  turnstone demo --port 3490     when something else holds 3478"})
public final class DemoCommand implements Callable<Integer> {
    private static final int NODES_MAX = 9;
    private static final int PORT_MAX = 65_535;
    private static final int PAGE_PORTS_START = 8_478;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "3", description = "Node processes, 1 to 9 (default: 3).")
    private int nodes;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "3478", description = "UDP port that all nodes share (default: 3478).")
    private int port;

    @Option(names = "--page-port", paramLabel = "PORT", defaultValue = "0", description = "TCP port of the page on 127.0.0.1 (default: the first free one from 8478).")
    private int pagePort;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long startedNs = System.nanoTime();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        InetAddress address = InetAddress.ofLiteral(MachineAddress.text());
        check(address);
        if (address.isLoopbackAddress()) {
            out.println(
                "This machine has no address but loopback: relaying on 127.0.0.1, which Firefox refuses; use Chromium.");
        }
        DemoCluster cluster = DemoCluster.start(DemoPlan.make(nodes, address, port), out);
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "shutdown"));
        try (DemoPage page = DemoPage.serve(cluster, freePagePort())) {
            if (cluster.awaitReady()) {
                introduce(out, cluster.plan(), page.url(), Duration.ofNanos(System.nanoTime() - startedNs));
            }
            String reason = cluster.failure().join();
            throw new IllegalStateException(reason);
        }
    }

    private void check(InetAddress address) {
        demand(nodes >= 1 && nodes <= NODES_MAX, "--nodes", nodes, "1 to " + NODES_MAX);
        demand(port >= 1 && port <= PORT_MAX, "--port", port, "1 to " + PORT_MAX);
        demand(pagePort >= 0 && pagePort <= PORT_MAX, "--page-port", pagePort, "1 to " + PORT_MAX);
        demand(FreePorts.isFreeUdp(address, port), "--port", port, "a UDP port that nobody holds on "
            + address.getHostAddress() + "; is another demo or a TURN server running?");
        demand(pagePort == 0 || FreePorts.isFreeTcp(InetAddress.ofLiteral("127.0.0.1"), pagePort), "--page-port",
            pagePort,
            "a TCP port that nobody holds on 127.0.0.1");
    }

    private static void demand(boolean holds, String flag, int value, String allowed) {
        if (!holds) {
            throw new ConfigurationException(flag, value, "the command line", allowed);
        }
    }

    private int freePagePort() {
        return pagePort != 0 ? pagePort : new FreePorts(PAGE_PORTS_START).tcp(InetAddress.ofLiteral("127.0.0.1"));
    }

    private static void introduce(PrintWriter out, DemoPlan plan, String page, Duration took) {
        out.printf(Locale.ROOT, "%nTurnstone serves with %d nodes after %.1f s.%n%n", plan.nodes().size(),
            took.toMillis() / 1_000.0);
        out.println("  Page         " + page);
        out.println("  Shared port  turn:" + plan.shared());
        for (DemoPlan.NodePlan node : plan.nodes()) {
            out.println(
                "  " + node.name() + "       turn:" + node.own() + "  admin http://" + node.admin() + "/metrics");
        }
        out.printf("%n  iceServers to paste elsewhere:%n  %s%n%nCtrl-C stops all of them.%n",
            plan.iceServers(plan.shared()));
        out.flush();
    }
}
