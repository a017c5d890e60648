package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.letFlow;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.client.ProbeReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nodes on one machine share a port, and the kernel is the balancer: it gives flows to whoever binds, at once. */
@Timeout(120)
class SharedPortIT {
    private static final Logger LOG = LoggerFactory.getLogger(SharedPortIT.class);
    private static final int NODES = 3;
    private static final int CALLS = 12;
    private static final int PACKETS_PER_SECOND = 50;
    private static final long GAP_NS_MAX = TimeUnit.MILLISECONDS.toNanos(500);

    @Test
    void shouldGiveNoFlowToANodeThatDoesNotKnowIt() {
        try (TurnstoneCluster cluster = TurnstoneCluster.startSome("shared-port", NODES, NODES - 1);
            ClientLoop loop = ClientLoop.start()) {
            List<TwoWayCall> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                calls.add(call(cluster, loop));
            }

            cluster.growTo(NODES);
            letFlow(1_000);

            List<ProbeReport> reports = new ArrayList<>();
            calls.forEach(call -> call.end(reports::add));
            LOG.info("worst gap {} ms, {} packets lost", worstGapMs(reports),
                reports.stream().mapToLong(ProbeReport::lost).sum());
            assertThat(cluster.node(NODES - 1).admin().metrics().sum("turnstone_forwarding_packets_relay_total"))
                .as("flows that the kernel gave to the new node")
                .isPositive();
            for (ProbeReport report : reports) {
                assertThat(report.lost()).as(report::toString).isZero();
                assertThat(report.longestGapNs()).as(report::toString).isLessThan(GAP_NS_MAX);
            }
        }
    }

    private static long worstGapMs(List<ProbeReport> reports) {
        return TimeUnit.NANOSECONDS.toMillis(
            reports.stream().mapToLong(ProbeReport::longestGapNs).max().orElseThrow());
    }

    private static TwoWayCall call(TurnstoneCluster cluster, ClientLoop loop) {
        Credentials user = cluster.node(0).credentials();
        return TwoWayCall.start(loop, loop.client(cluster.sharedAddress(), user),
            loop.client(cluster.sharedAddress(), user), PACKETS_PER_SECOND);
    }
}
