package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a newcomer does: start the demo, open its page, press Call, kill a node, press Ctrl-C. */
@Timeout(240)
class DemoIT {
    private static final int FRAMES = 30;

    @Test
    void shouldCarryACallBetweenTwoNodesAndStopEverythingOnCtrlC() {
        try (DemoProcess demo = DemoProcess.start()) {
            assertThat(demo.nodes()).hasSize(DemoProcess.NODES);
            double fabricBefore = demo.sum("turnstone_fabric");
            try (Browsers browsers = Browsers.start()) {
                DemoPageDriver page = DemoPageDriver.open(browsers, demo);
                page.choose("a", "node-1");
                page.choose("b", "node-2");
                page.call();
                assertThat(page.both("side.node")).containsExactly("node-1", "node-2");
                assertThat(page.both("side.pair")).allMatch(pair -> pair.equals("relay – relay"));
                assertThat(page.both("side.state")).allMatch(state -> state.equals("connected"));
            }
            assertThat(demo.sum("turnstone_fabric") - fabricBefore).as("packets over the fabric")
                .isGreaterThan(2 * FRAMES);
            assertThat(demo.children()).hasSizeGreaterThanOrEqualTo(DemoProcess.NODES);
            demo.interrupt();
        }
    }

    @Test
    void shouldLetOnlyItsOwnPageKillNodesAndOnlyItsOwnNodes() throws IOException, InterruptedException {
        try (DemoProcess demo = DemoProcess.start()) {
            String origin = demo.url().replaceFirst("/$", "");
            assertThat(demo.post("/nodes/node-1/kill", "http://example.org")).isEqualTo(403);
            assertThat(demo.post("/nodes/node-1/kill", "null")).isEqualTo(403);
            assertThat(demo.post("/nodes/node-9/kill", origin)).isEqualTo(404);
            assertThat(demo.post("/nodes/node-1/stop", origin)).isEqualTo(404);
            assertThat(demo.post("/nodes/node-1/start", origin)).isEqualTo(409);
            assertThat(demo.post("/nodes/node-1/kill", origin)).isEqualTo(200);
            await().until(() -> demo.post("/nodes/node-1/kill", origin) == 409);
        }
    }

    @Test
    void shouldKeepTheCallWhenTheNodeUnderOneSideIsKilled() throws IOException {
        assertCallsSurvive(1);
    }

    @Test
    @Tag("full")
    @Timeout(1_200)
    void shouldKeepTenCallsWhenTheNodeUnderOneSideIsKilled() throws IOException {
        assertCallsSurvive(10);
    }

    /** A call, a kill under one of its sides, the next call once the node is back: again and again. */
    private static void assertCallsSurvive(int runs) throws IOException {
        KillReport report = new KillReport("kill");
        try (DemoProcess demo = DemoProcess.start(); Browsers browsers = Browsers.start()) {
            DemoPageDriver page = DemoPageDriver.open(browsers, demo);
            for (int run = 0; run < runs; run++) {
                page.call();
                report.add(page.kill(run % 2 == 0 ? "a" : "b"));
                report.keep(page.plot(), page.screenshot());
                report.write();
                page.startKilledNode();
                page.hangUp();
            }
        }
        report.assertUnharmed();
    }
}
