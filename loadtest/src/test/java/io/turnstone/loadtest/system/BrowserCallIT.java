package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.letFlow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.loadtest.server.Coturn;
import io.turnstone.loadtest.server.TurnServer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two real browsers, each with a TURN server of a different node: media and data cross by the fabric alone. */
@ExtendWith(ClusterExtension.class)
@Timeout(150)
class BrowserCallIT {
    private static final int SHORT_SECONDS = 12;
    private static final int LONG_SECONDS = 60;
    /** Of 15 frames and 20 probes a second: what even a machine with both cores busy shows. */
    private static final int FRAMES_PER_SECOND_MIN = 5;
    private static final int PROBES_PER_SECOND_MIN = 10;

    @Test
    void shouldCarryACallBetweenTwoNodesWithNoPacketBetweenRelayPorts(TurnstoneCluster cluster) {
        assertCall(cluster, SHORT_SECONDS);
    }

    @Test
    @Tag("full")
    void shouldCarryACallOfAMinute(TurnstoneCluster cluster) {
        assertCall(cluster, LONG_SECONDS);
    }

    private static void assertCall(TurnstoneCluster cluster, int seconds) {
        try (PacketCapture capture = PacketCapture.start("relay-ports-call-" + seconds, "lo",
            "udp portrange " + cluster.firstRelayPort() + "-" + cluster.lastRelayPort())) {
            assertCall(cluster.node(0), cluster.node(1), seconds);
            assertThat(capture.packets()).as("packets at relay ports").isEmpty();
        }
    }

    /** Shows that the test can tell: coturn does send between its relay ports. */
    @Test
    void shouldSeePacketsBetweenTheRelayPortsOfCoturn() {
        Tools.require("turnserver");
        try (Coturn coturn = Coturn.start(Tools.ARTEFACTS);
            PacketCapture capture = PacketCapture.start("relay-ports-coturn", "lo",
                "udp portrange " + coturn.firstRelayPort() + "-" + coturn.lastRelayPort())) {
            assertCall(coturn, coturn, 3);
            assertThat(capture.packets()).hasSizeGreaterThan(20);
        }
    }

    private static void assertCall(TurnServer callerServer, TurnServer calleeServer, int seconds) {
        try (Browsers browsers = Browsers.start()) {
            BrowserCall call = new BrowserCall(browsers.page(), browsers.page());
            call.connect(callerServer.address(), calleeServer.address(), callerServer.credentials());
            await().atMost(30, TimeUnit.SECONDS)
                .until(() -> call.caller().number("echoed") > 0 && call.callee().number("framesDecoded") > 0);
            BrowserCall.Side callerBefore = call.caller();
            BrowserCall.Side calleeBefore = call.callee();

            letFlow(TimeUnit.SECONDS.toMillis(seconds));

            assertProgress(callerBefore, call.caller(), seconds);
            assertProgress(calleeBefore, call.callee(), seconds);
            assertThat(call.caller().number("echoed") - callerBefore.number("echoed"))
                .isGreaterThan(seconds * PROBES_PER_SECOND_MIN);
        }
    }

    private static void assertProgress(BrowserCall.Side before, BrowserCall.Side after, int seconds) {
        assertThat(after.text("connection")).isEqualTo("connected");
        assertThat(after.text("localType")).isEqualTo("relay");
        assertThat(after.text("remoteType")).isEqualTo("relay");
        assertThat(after.number("framesDecoded") - before.number("framesDecoded"))
            .isGreaterThan(seconds * FRAMES_PER_SECOND_MIN);
    }
}
