package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.channelFlow;
import static io.turnstone.loadtest.system.Steps.end;
import static io.turnstone.loadtest.system.Steps.letFlow;
import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import io.turnstone.loadtest.client.ProbeFlow;
import io.turnstone.loadtest.client.ProbeReport;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.AdminPort;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Behind a balancer that tracks connections an answer must leave where the client's last packet came in. The test plays
 * that balancer and looks which node's listener each payload comes from.
 */
@Timeout(90)
class AttachmentIT {
    private static final int CHANNEL = 0x4001;
    private static final int PACKETS_PER_SECOND = 200;
    private static final int A = 0;
    private static final int B = 1;
    private static final int C = 2;

    private static TurnstoneCluster cluster;
    private final ClientLoop loop = ClientLoop.start();

    @BeforeAll
    static void startCluster() {
        cluster = TurnstoneCluster.start("attachment", 3, "--return-path", "attachment");
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void shouldAnswerWhereTheLastPacketCameInWhenAFlowMoves() {
        PlainPeer peer = loop.peer(Loopback.ipv4(0)).echoing();
        TurnClient client = allocatedAt(A);
        assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();
        ProbeFlow flow = channelFlow(loop, CHANNEL, client, client).start(PACKETS_PER_SECOND);

        for (int node : new int[]{A, B, C, A}) {
            client.moveTo(cluster.balancedTo(node));
            letFlow(500);
            awaitSource(client, node);
        }
        ProbeReport report = end(flow);

        assertThat(report.lost()).as(report::toString).isZero();
        assertThat(report.longestGapNs()).as(report::toString).isLessThan(TimeUnit.MILLISECONDS.toNanos(200));
    }

    @Test
    void shouldFollowTheClientOfARelayedPeer() {
        TurnClient caller = clientAt(A);
        TurnClient callee = clientAt(B);
        InetSocketAddress callerRelay = relayedAddress(caller.allocate().join());
        InetSocketAddress calleeRelay = relayedAddress(callee.allocate().join());
        assertThat(caller.channelBind(CHANNEL, calleeRelay).join().isSuccess()).isTrue();
        assertThat(callee.channelBind(CHANNEL, callerRelay).join().isSuccess()).isTrue();
        awaitChannelsOf(calleeRelay, callerRelay);
        ProbeFlow flow = channelFlow(loop, CHANNEL, caller, callee).start(PACKETS_PER_SECOND);

        for (int node : new int[]{C, A, B}) {
            callee.moveTo(cluster.balancedTo(node));
            callee.sendChannelData(CHANNEL, ByteBuffer.wrap(new byte[]{1}));
            letFlow(300);
            awaitSource(callee, node);
        }
        ProbeReport report = end(flow);

        assertThat(report.lost()).as(report::toString).isZero();
    }

    @Test
    void shouldAnswerARequestWhereItCameIn() {
        TurnClient client = allocatedAt(A);
        PlainPeer peer = loop.peer(Loopback.ipv4(0));
        client.moveTo(cluster.balancedTo(C));
        assertThat(client.createPermission(peer.address()).join().isSuccess()).isTrue();
        assertThat(client.lastSource()).isEqualTo(cluster.balancedTo(C));
    }

    @Test
    void shouldHoldAClientWhosePacketsArriveEverywhere() {
        PlainPeer peer = loop.peer(Loopback.ipv4(0)).echoing();
        TurnClient client = allocatedAt(A);
        assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();
        double before = cluster.sum("turnstone_attachment_held_total");
        int[] sent = new int[1];
        ProbeFlow flow = new ProbeFlow(loop, 1, 160, payload -> {
            client.moveTo(cluster.balancedTo(sent[0]++ % cluster.size()));
            client.sendChannelData(CHANNEL, payload);
        });
        client.onData((from, channel, payload) -> flow.onPayload(payload));
        flow.start(PACKETS_PER_SECOND);
        letFlow(4_000);
        ProbeReport report = end(flow);

        assertThat(report.lost()).as(report::toString).isZero();
        assertThat(cluster.sum("turnstone_attachment_held_total")).isGreaterThan(before);
    }

    /** A move takes a few milliseconds; the limit is for a machine that is busy with something else. */
    private static void awaitSource(TurnClient client, int node) {
        await().atMost(2, TimeUnit.SECONDS)
            .untilAsserted(
                () -> assertThat(client.lastSource()).as("where packets come from after the move to node %d", node)
                    .isEqualTo(cluster.balancedTo(node)));
    }

    /**
     * A success response says that a majority knows: a node that is busy may have the route later, and would drop the only
     * packet that it gets.
     */
    private static void awaitChannelsOf(InetSocketAddress... relayedPeers) {
        for (int node = 0; node < cluster.size(); node++) {
            AdminPort admin = cluster.node(node).admin();
            await().atMost(5, TimeUnit.SECONDS).untilAsserted(() -> {
                String allocations = admin.body("/v1/allocations");
                for (InetSocketAddress peer : relayedPeers) {
                    assertThat(allocations)
                        .contains("\"number\":" + CHANNEL + ",\"peer\":\"127.0.0.1:" + peer.getPort());
                }
            });
        }
    }

    private TurnClient allocatedAt(int node) {
        TurnClient client = clientAt(node);
        relayedAddress(client.allocate().join());
        return client;
    }

    private TurnClient clientAt(int node) {
        return loop.client(cluster.balancedTo(node), cluster.node(node).credentials());
    }
}
