package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.NoAnswerException;
import io.turnstone.loadtest.client.RetryPolicy;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A balancer that can only probe UDP asks by Binding requests whether a node wants clients. */
@Timeout(90)
class UdpProbeIT {
    private static final int RELAY_PORTS = 10;
    /** The packet threads hear of it a little later than HTTP. */
    private static final long PROBE_TOLD_MS = 500;

    @Test
    void shouldAnswerProbesOfAReadyNode() {
        try (TurnstoneNode node = TurnstoneNode.start(Tools.ARTEFACTS, RELAY_PORTS, "--probe-source", "127.0.0.0/8");
            ClientLoop loop = ClientLoop.start()) {
            assertThat(clientOf(loop, node).retrying(RetryPolicy.LIBWEBRTC).binding().join().isSuccess()).isTrue();
        }
    }

    /** Its only seed is nobody, so it becomes no member. */
    @Test
    void shouldNotAnswerProbesOfANodeThatIsNotReady() {
        List<String> flags = List.of("--relay-address", "127.0.0.1", "--probe-source", "127.0.0.1/32",
            "--cluster-address",
            "127.0.0.1:" + FreePorts.one(), "--seed", "127.0.0.1:" + FreePorts.one(), "--cluster-secret",
            "cluster-secret-of-the-tests", "--fabric", "127.0.0.1:" + FreePorts.range(8));
        try (TurnstoneNode node = TurnstoneNode
            .launch("unready", Tools.ARTEFACTS, FreePorts.one(), FreePorts.one(), flags);
            ClientLoop loop = ClientLoop.start()) {
            node.process().await("alive", 60, () -> node.admin().status("/health") == 200);

            assertThat(node.admin().status("/ready")).isEqualTo(503);
            assertThatThrownBy(() -> clientOf(loop, node).binding().join()).hasCauseInstanceOf(NoAnswerException.class);
            assertThat(node.admin().metrics().sum("turnstone_forwarding_probe_unanswered_total")).isPositive();
        }
    }

    @Test
    void shouldStopAnsweringProbesOfANodeThatDrains() throws IOException {
        try (TurnstoneCluster cluster = TurnstoneCluster.start("probe-drain", 2, "--probe-source", "127.0.0.1/32",
            "--set",
            "drain.balancer-time=60s"); ClientLoop loop = ClientLoop.start()) {
            TurnstoneNode node = cluster.node(0);
            assertThat(clientOf(loop, node).binding().join().isSuccess()).isTrue();

            assertThat(node.admin().post("/v1/drain")).isEqualTo(202);
            node.process().await("unready", 10, () -> node.admin().status("/ready") == 503);
            Steps.letFlow(PROBE_TOLD_MS);

            assertThatThrownBy(() -> clientOf(loop, node).binding().join()).hasCauseInstanceOf(NoAnswerException.class);
            assertThat(node.admin().metrics().sum("turnstone_forwarding_probe_unanswered_total")).isPositive();
            assertThat(clientOf(loop, cluster.node(1)).binding().join().isSuccess()).as("the heir").isTrue();
        }
    }

    private static TurnClient clientOf(ClientLoop loop, TurnstoneNode node) {
        return loop.client(node.address(), node.credentials()).retrying(RetryPolicy.ONCE);
    }
}
