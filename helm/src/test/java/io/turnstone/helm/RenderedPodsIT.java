package io.turnstone.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.config.ByteSize;
import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.protocol.stun.StunAttribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the chart renders is a cluster: each pod as a real node, found by the names of the headless Service. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RenderedPodsIT {
    private static final Path ARTEFACTS = Path.of("target", "pods").toAbsolutePath();
    /** A network of this run alone, so that the ports may be the chart's own. */
    private static final long PID = ProcessHandle.current().pid();
    private static final String NETWORK = "127." + (1 + PID / 250 % 250) + "." + (1 + PID % 250) + ".";
    private static final String DOMAIN = ".calls-turnstone-nodes.voice.svc.cluster.local";

    private final List<PodProcess> pods = new ArrayList<>();
    private ClientLoop loop;

    @BeforeEach
    void startLoop() throws IOException {
        loop = ClientLoop.start();
        Files.createDirectories(ARTEFACTS);
    }

    @AfterEach
    void stopAll() {
        loop.close();
        pods.forEach(pod -> pod.process().signalAll("TERM"));
        pods.forEach(PodProcess::close);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"cluster, 203.0.113.7", "node-mapped, 198.51.100.1%d"})
    void shouldBecomeOneClusterThatRelays(String values, String relayedIp) throws Exception {
        Manifests manifests = Chart.render(values);
        start(manifests);
        long sharedMemoryMax = ByteSize.parse(
            manifests.pod("volumes.1.emptyDir.sizeLimit").getAsString().replace("Mi", " MiB")).bytes();

        for (PodProcess pod : pods) {
            assertThat(pod.probe("livenessProbe")).isEqualTo(200);
            assertThat(pod.sharedMemoryBytes()).isBetween(1L << 20, sharedMemoryMax);
            StunMessage answer = client(pod).allocate().get(10, TimeUnit.SECONDS);
            assertThat(answer.isSuccess()).as("%s: %s", pod, answer).isTrue();
            assertThat(answer.xorAddress(StunAttribute.XOR_RELAYED_ADDRESS).orElseThrow().getHostString())
                .isEqualTo(relayedIp.formatted(pods.indexOf(pod)));
        }
    }

    private void start(Manifests manifests) throws IOException {
        int replicas = Manifests.at(manifests.only("StatefulSet"), "spec.replicas").getAsInt();
        StringBuilder hosts = new StringBuilder();
        for (int i = 0; i < replicas; i++) {
            hosts.append(NETWORK + (i + 1) + " calls-turnstone-" + i + DOMAIN + "\n");
        }
        Files.writeString(ARTEFACTS.resolve("hosts"), hosts);
        for (int i = 0; i < replicas; i++) {
            pods.add(PodProcess.start(manifests, i, NETWORK + (i + 1), ARTEFACTS));
        }
        pods.forEach(PodProcess::awaitReady);
    }

    private TurnClient client(PodProcess pod) {
        long tomorrow = Instant.now().plusSeconds(86_400).getEpochSecond();
        return loop.client(pod.clientAddress(),
            Credentials.rest(PodProcess.REST_SECRET, "alice", tomorrow, "HmacSHA1"));
    }
}
