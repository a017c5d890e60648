package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.letFlow;
import static org.awaitility.Awaitility.await;

import io.turnstone.loadtest.bed.Addresses;
import io.turnstone.loadtest.bed.BalancerForm;
import io.turnstone.loadtest.bed.RelayNodes;
import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two browsers behind a NAT call each other through a balancer that asks its three nodes for their health; the node under
 * one side is killed, and the call goes on.
 */
@Timeout(240)
class BalancedCallIT {
    private static final int NODES = 3;
    private static final int FRAMES = 60;
    private static final long BEFORE_MS = 5_000;
    private static final long AFTER_MS = 15_000;
    private static final InetSocketAddress SERVICE = new InetSocketAddress(Addresses.SERVICE, Addresses.SERVICE_PORT);
    private static final Credentials USER = Credentials.longTerm(TurnstoneNode.USER, TurnstoneNode.PASSWORD);

    @BeforeEach
    void needNamespaces() {
        Tools.requireNamespaces();
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepTheCallWhenTheNodeUnderOneSideIsKilled(BalancerForm balancer) throws IOException {
        assertCallsSurvive(balancer, 1);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("full")
    @Tag("calls")
    @Timeout(1_200)
    void shouldKeepTenCallsWhenTheNodeUnderOneSideIsKilled(BalancerForm balancer) throws IOException {
        assertCallsSurvive(balancer, FailoverForm.FULL.runs());
    }

    private static void assertCallsSurvive(BalancerForm balancer, int runs) throws IOException {
        FailoverPlan plan = FailoverPlan.of("call-" + balancer.name().toLowerCase(Locale.ROOT), NODES).behind(balancer);
        Path directory = Tools.ARTEFACTS.resolve(Path.of("failover", plan.name()));
        KillReport report = new KillReport(plan.name());
        try (FailoverRun run = FailoverRun.start(plan, FailoverForm.SHORT, directory)) {
            for (int i = 0; i < runs; i++) {
                report.add(killUnderACall(run, i % 2 == 0), run::state);
                report.write();
                run.restore();
            }
        }
        report.assertUnharmed();
    }

    private static Map<String, Outcome> killUnderACall(FailoverRun run, boolean underTheCaller) {
        try (Browsers browsers = Browsers.startOn(run.bed().clients())) {
            BrowserCall call = new BrowserCall(browsers.page(), browsers.page());
            call.connect(SERVICE, SERVICE, USER);
            await().atMost(60, TimeUnit.SECONDS)
                .until(() -> call.caller().number("framesDecoded") > FRAMES
                    && call.callee().number("framesDecoded") > FRAMES);
            call.mark();
            letFlow(BEFORE_MS);
            Map<String, Double> usualGapMs = call.outcomes(Map.of())
                .entrySet()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, side -> side.getValue().gapMs()));
            int node = nodeUnder(underTheCaller ? call.caller() : call.callee(), run.nodes());
            call.mark();
            run.nodes().kill(node);
            letFlow(AFTER_MS);
            return call.outcomes(usualGapMs);
        }
    }

    /** The home of the side's relayed address. */
    private static int nodeUnder(BrowserCall.Side side, RelayNodes nodes) {
        String home = nodes.homes(1)
            .entrySet()
            .stream()
            .filter(allocation -> allocation.getKey().endsWith(":" + side.number("localPort") + "]"))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow();
        return IntStream.rangeClosed(1, NODES)
            .filter(node -> RelayNodes.name(node).equals(home))
            .findFirst()
            .orElseThrow();
    }
}
