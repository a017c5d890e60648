package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.letFlow;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node of three is taken out of service, by signal and by request, under a call that runs over it. */
@Timeout(180)
class NodeDrainIT {
    private static final int DRAINED = 0;
    private static final int HEIR = 1;
    private static final int OTHER = 2;
    private static final long DRAIN_SECONDS_MAX = 20;
    private static final long GAP_NS_MAX = TimeUnit.MILLISECONDS.toNanos(200);

    @Test
    void shouldLoseNoPacketOfACallWhenANodeIsDrainedAndComesBack() {
        try (TurnstoneCluster cluster = cluster("drain"); ClientLoop loop = ClientLoop.start()) {
            TwoWayCall call = call(cluster, loop);
            ServerProcess process = cluster.node(DRAINED).process();

            process.signal("TERM");
            moveAsABalancerDoes(cluster, call);
            assertThat(process.awaitExit(DRAIN_SECONDS_MAX)).as(process::output).isZero();
            letFlow(1_000);
            assertThat(call.caller().refresh(600).join().isSuccess()).as("the heir serves the allocation").isTrue();
            cluster.restart(DRAINED);
            call.caller().moveTo(cluster.balancedTo(DRAINED));
            letFlow(1_000);

            call.end(report -> {
                assertThat(report.lost()).as(report::toString).isZero();
                assertThat(report.longestGapNs()).as(report::toString).isLessThan(GAP_NS_MAX);
            });
        }
    }

    @Test
    void shouldDrainByRequestAndEndAtOnceByASecondSignal() throws IOException {
        try (TurnstoneCluster cluster = cluster("post-drain")) {
            TurnstoneNode node = cluster.node(DRAINED);

            assertThat(node.admin().post("/v1/drain")).isEqualTo(202);
            assertThat(node.admin().status("/ready")).isEqualTo(503);
            assertThat(node.admin().status("/health")).isEqualTo(200);
            assertThat(node.process().awaitExit(DRAIN_SECONDS_MAX)).as(node.process()::output).isZero();

            ServerProcess impatient = cluster.node(HEIR).process();
            impatient.signal("TERM");
            letFlow(200);
            long secondNs = System.nanoTime();
            impatient.signal("TERM");
            assertThat(impatient.awaitExit(DRAIN_SECONDS_MAX)).isEqualTo(143);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - secondNs)).isLessThan(1_000);
        }
    }

    @Test
    void shouldEndSoonAndCalmlyWhenAllNodesAreStoppedAtOnce() {
        try (TurnstoneCluster cluster = cluster("stop-all")) {
            for (int i = 0; i < cluster.size(); i++) {
                cluster.node(i).process().signal("TERM");
            }
            for (int i = 0; i < cluster.size(); i++) {
                ServerProcess process = cluster.node(i).process();
                assertThat(process.awaitExit(8)).as(process::output).isZero();
                assertThat(process.output()).doesNotContain("SplitBrainResolver", "ERROR");
            }
        }
    }

    private static TurnstoneCluster cluster(String name) {
        return TurnstoneCluster.start(name, 3, "--set", "drain.balancer-time=1500ms");
    }

    private static TwoWayCall call(TurnstoneCluster cluster, ClientLoop loop) {
        TurnClient caller = loop.client(cluster.balancedTo(DRAINED), cluster.node(DRAINED).credentials());
        TurnClient callee = loop.client(cluster.balancedTo(OTHER), cluster.node(OTHER).credentials());
        return TwoWayCall.start(loop, caller, callee, 100);
    }

    /** Two failed checks, 100 ms apart. */
    private static void moveAsABalancerDoes(TurnstoneCluster cluster, TwoWayCall call) {
        for (int failed = 0; failed < 2;) {
            letFlow(100);
            failed += cluster.node(DRAINED).admin().status("/ready") == 200 ? 0 : 1;
        }
        call.caller().moveTo(cluster.balancedTo(HEIR));
    }
}
