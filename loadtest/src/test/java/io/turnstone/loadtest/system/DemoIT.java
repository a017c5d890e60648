package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import io.turnstone.loadtest.server.AdminPort;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a newcomer does: start the demo, open its page, press Call, press Ctrl-C. */
@Timeout(240)
class DemoIT {
    private static final int NODES = 3;
    private static final int SERVING_SECONDS_MAX = 120;
    private static final int FRAMES = 30;
    private static final double CONNECTED_MS_MAX = 60_000;
    private static final Pattern ADMIN = Pattern.compile("admin http://127\\.0\\.0\\.1:(\\d+)/");

    @Test
    void shouldCarryACallBetweenTwoNodesAndStopEverythingOnCtrlC() {
        int pagePort = FreePorts.one();
        try (ServerProcess demo = ServerProcess.start("demo", Tools.ARTEFACTS.resolve("demo.log"),
            List.of("env", "--default-signal=INT", // whoever runs the tests in the background ignores it, and we inherit that
                TurnstoneNode.repositoryRoot().resolve("node/bin/turnstone").toString(), "demo", "--port",
                Integer.toString(FreePorts.one()), "--page-port", Integer.toString(pagePort)))) {
            demo.await("serving", SERVING_SECONDS_MAX, () -> demo.output().contains("Ctrl-C stops all"));
            List<AdminPort> nodes = ADMIN.matcher(demo.output())
                .results()
                .map(admin -> new AdminPort(Integer.parseInt(admin.group(1))))
                .toList();
            assertThat(nodes).hasSize(NODES);
            double fabricBefore = fabricCounters(nodes);

            call("http://127.0.0.1:" + pagePort + "/");

            assertThat(fabricCounters(nodes) - fabricBefore).as("packets over the fabric").isGreaterThan(2 * FRAMES);
            List<ProcessHandle> children = demo.children();
            assertThat(children).hasSizeGreaterThanOrEqualTo(NODES);
            demo.signal("INT");
            demo.awaitExit(20);
            await().atMost(10, TimeUnit.SECONDS).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private static void call(String url) {
        try (Browsers browsers = Browsers.start()) {
            Page page = browsers.page();
            page.navigate(url);
            page.waitForFunction("nodes => turnstone.nodes.filter(node => node.ready).length === nodes", NODES);
            page.click("#call");
            page.waitForFunction("""
                frames => ['a', 'b'].every(name => {
                    const side = turnstone.sides[name];
                    return side && side.node && side.framesDecoded > frames;
                })""", FRAMES, new Page.WaitForFunctionOptions().setTimeout(CONNECTED_MS_MAX));
            assertThat(seen(page, "side.node")).as("the nodes that hold the two sides").doesNotHaveDuplicates();
            assertThat(seen(page, "side.pair")).allMatch(pair -> pair.equals("relay – relay"));
            assertThat(seen(page, "side.state")).allMatch(state -> state.equals("connected"));
        }
    }

    private static List<String> seen(Page page, String expression) {
        List<?> values = (List<?>) page
            .evaluate("() => ['a', 'b'].map(name => turnstone.sides[name]).map(side => " + expression + ")");
        return values.stream().map(String::valueOf).toList();
    }

    private static double fabricCounters(List<AdminPort> nodes) {
        return nodes.stream()
            .mapToDouble(node -> node.metrics().sumWhere(sample -> sample.startsWith("turnstone_fabric")))
            .sum();
    }
}
