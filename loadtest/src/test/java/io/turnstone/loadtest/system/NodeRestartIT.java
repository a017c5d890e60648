package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.channelFlow;
import static io.turnstone.loadtest.system.Steps.end;
import static io.turnstone.loadtest.system.Steps.letFlow;
import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.ProbeFlow;
import io.turnstone.loadtest.client.ProbeReport;
import io.turnstone.loadtest.client.TurnClient;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node of three is stopped and comes back as a new process: a call between the two others does not notice. */
@Timeout(180)
class NodeRestartIT {
    private static final int CHANNEL = 0x4001;
    private static final int RESTARTED = 0;
    private static final int CALLER = 1;
    private static final int CALLEE = 2;

    @Test
    void shouldKeepTheCallsOfOtherNodesAndServeThemOnceItIsBack() {
        try (TurnstoneCluster cluster = TurnstoneCluster.start("restart", 3); ClientLoop loop = ClientLoop.start()) {
            TurnClient caller = loop.client(cluster.balancedTo(CALLER), cluster.node(CALLER).credentials());
            TurnClient callee = loop.client(cluster.node(CALLEE).address(), cluster.node(CALLEE).credentials());
            ProbeFlow flow = connect(loop, caller, callee).start(100);

            cluster.restart(RESTARTED);
            letFlow(500);

            caller.moveTo(cluster.balancedTo(RESTARTED));
            assertThat(caller.refresh(600).join().errorCode()).as("the restarted node knows the route").isZero();
            letFlow(1_000);
            ProbeReport report = end(flow);
            assertThat(report.lost()).as(report::toString).isZero();
        }
    }

    private static ProbeFlow connect(ClientLoop loop, TurnClient caller, TurnClient callee) {
        InetSocketAddress callerRelay = relayedAddress(caller.allocate().join());
        InetSocketAddress calleeRelay = relayedAddress(callee.allocate().join());
        assertThat(caller.channelBind(CHANNEL, calleeRelay).join().isSuccess()).isTrue();
        assertThat(callee.channelBind(CHANNEL, callerRelay).join().isSuccess()).isTrue();
        return channelFlow(loop, CHANNEL, caller, callee);
    }
}
