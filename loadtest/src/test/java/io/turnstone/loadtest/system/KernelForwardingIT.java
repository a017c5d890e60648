package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.channelFlow;
import static io.turnstone.loadtest.system.Steps.letFlow;
import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.bed.BalancerForm;
import io.turnstone.loadtest.bed.Bed;
import io.turnstone.loadtest.bed.HoldProcess;
import io.turnstone.loadtest.bed.HoldResult;
import io.turnstone.loadtest.bed.RelayNodes;
import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.ProbeFlow;
import io.turnstone.loadtest.client.ProbeReport;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.Metrics;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real nodes whose established flows the kernel forwards: without the process, as long as it may, and no longer. */
@Timeout(180)
class KernelForwardingIT {
    private static final int RELAY_PORTS = 200;
    /** So many nodes have relay ports: those of one that died are not free again when it comes back. */
    private static final int PORTS_FOR = 4;
    private static final int CHANNEL = 0x4001;
    private static final int PACKETS_PER_SECOND = 100;
    private static final int LIFETIME_SECONDS = 15;
    private static final long TAKEN_OVER_SECONDS_MAX = 20;
    private static final String FLOWS = "turnstone_kernel_flows";

    /** A frozen process cannot end anything, so what ends is ended by the kernel. */
    @Test
    void shouldForwardWhileTheProcessIsFrozenUntilTheAllocationEnds() {
        Tools.requireRoot();
        assertForwardsUntilTheAllocationEnds(List.of(), node -> node.process().signalAll("STOP"));
    }

    @Test
    void shouldForwardAfterTheProcessIsKilledUntilTheAllocationEnds() {
        try (BpfFileSystem state = BpfFileSystem.mount()) {
            assertForwardsUntilTheAllocationEnds(
                List.of("--kernel-state", state.directory().toString()), node -> node.process().kill());
        }
    }

    private static void assertForwardsUntilTheAllocationEnds(List<String> more, Consumer<TurnstoneNode> fault) {
        List<String> flags = new ArrayList<>(List.of("--kernel-forwarding", "tc", "--set",
            "turn.default-lifetime=" + LIFETIME_SECONDS + "s"));
        flags.addAll(more);
        try (TurnstoneNode node = TurnstoneNode.start(Tools.ARTEFACTS, RELAY_PORTS, flags.toArray(new String[0]));
            ClientLoop loop = ClientLoop.start()) {
            TurnClient caller = loop.client(node.address(), node.credentials());
            TurnClient callee = loop.client(node.address(), node.credentials());
            InetSocketAddress callerRelay = relayedAddress(caller.allocate().join());
            InetSocketAddress calleeRelay = relayedAddress(callee.allocate().join());
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIFETIME_SECONDS);
            assertThat(caller.channelBind(CHANNEL, calleeRelay).join().isSuccess()).isTrue();
            assertThat(callee.channelBind(CHANNEL, callerRelay).join().isSuccess()).isTrue();
            ProbeFlow flow = channelFlow(loop, CHANNEL, caller, callee).start(PACKETS_PER_SECOND);
            awaitFlows(node, 1);

            fault.accept(node);
            long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
            assertThat(leftMs).as("time left to forward in").isGreaterThan(TimeUnit.SECONDS.toMillis(3));
            letFlow(leftMs - TimeUnit.SECONDS.toMillis(1));
            ProbeReport before = flow.report();
            assertThat(before.sent() - before.received()).as("lost without the process: %s", before)
                .isLessThanOrEqualTo(1);

            letFlow(TimeUnit.SECONDS.toMillis(2));
            long atTheEnd = flow.report().received();
            letFlow(TimeUnit.SECONDS.toMillis(2));
            assertThat(flow.report().received()).as("forwarded past the end").isEqualTo(atTheEnd);
            flow.stop();
            node.process().signalAll("CONT");
        }
    }

    private static void awaitFlows(TurnstoneNode node, int count) {
        node.process()
            .await(count + " flows in the kernel", TAKEN_OVER_SECONDS_MAX,
                () -> node.admin().metrics().sum(FLOWS) >= count);
    }

    /** Longer than the kernel forwards for a process that does not come back. */
    @Test
    void shouldLoseNothingWhenTheProcessIsKilledAndComesBack() {
        int calls = 8;
        try (BpfFileSystem state = BpfFileSystem.mount();
            TurnstoneCluster cluster = TurnstoneCluster.startSome("kernel-adoption", PORTS_FOR, 2, "--relay-mode",
                "shared",
                "--kernel-forwarding", "tc", "--kernel-state", state.directory().toString());
            ClientLoop loop = ClientLoop.start()) {
            List<TwoWayCall> live = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                live.add(TwoWayCall.start(loop, loop.client(cluster.sharedAddress(), cluster.node(0).credentials()),
                    loop.client(cluster.sharedAddress(), cluster.node(0).credentials()), PACKETS_PER_SECOND));
            }
            cluster.node(0)
                .process()
                .await("all flows in the kernel", TAKEN_OVER_SECONDS_MAX, () -> cluster.sum(FLOWS) == 2 * calls);
            double flows = cluster.node(0).admin().metrics().sum(FLOWS);
            assertThat(flows).as("flows of the node that is killed").isPositive();

            cluster.kill(0);
            letFlow(TimeUnit.SECONDS.toMillis(2));
            cluster.restart(0);
            letFlow(TimeUnit.SECONDS.toMillis(35));

            Metrics metrics = cluster.node(0).admin().metrics();
            assertThat(metrics.sum("turnstone_kernel_adopted_total")).as("flows taken over").isEqualTo(flows);
            assertThat(metrics.sum(FLOWS)).as("flows that the kernel still has").isEqualTo(flows);
            live.forEach(call -> call.end(report -> assertThat(report.lost()).as(report::toString).isZero()));
        }
    }

    /** Over wires and through routers, where a packet leaves by another way than it came. */
    @Test
    void shouldForwardBetweenMachinesBehindABalancer() {
        Tools.requireNamespaces();
        try (Bed bed = Bed.make(1, BalancerForm.STATELESS, Tools.ARTEFACTS.resolve("kernel-routed"));
            RelayNodes nodes = new RelayNodes(bed, "shared", Tools.QUICK_JVM, List.of("--kernel-forwarding", "tc"))) {
            nodes.startFirst(1);
            bed.startHealthCheck(100, 2);
            bed.awaitBalanced(1);
            HoldProcess.startPeer(bed);
            try (HoldProcess hold = HoldProcess.start(bed, "hold",
                List.of("--allocations", "40", "--measured", "40", "--rate", "50", "--payload", "1200", "--peer",
                    "203.0.113.201:9000", "--seconds", "0"))) {
                hold.awaitHolding();
                letFlow(TimeUnit.SECONDS.toMillis(5));
                Metrics metrics = nodes.metrics(1);
                hold.stop();
                HoldResult result = hold.result();
                assertThat(result.lossPercent()).as(result.text()).isZero();
                assertThat(metrics.sum(FLOWS)).as("two flows to plain peers and to each other, each way")
                    .isGreaterThanOrEqualTo(40);
                assertThat(metrics.sum("turnstone_kernel_lost_total")).isZero();
            }
        }
    }
}
