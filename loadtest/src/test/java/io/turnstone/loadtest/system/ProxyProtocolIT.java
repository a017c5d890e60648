package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.channelFlow;
import static io.turnstone.loadtest.system.Steps.end;
import static io.turnstone.loadtest.system.Steps.letFlow;
import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import io.turnstone.loadtest.client.ProbeFlow;
import io.turnstone.loadtest.client.ProbeReport;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients behind a UDP proxy that names them by PROXY protocol, though any node may answer clients that come directly. */
@Timeout(90)
class ProxyProtocolIT {
    private static final int CHANNEL = 0x4001;
    private static final int PACKETS_PER_SECOND = 200;
    private static final int A = 0;
    private static final int B = 1;

    private static TurnstoneCluster cluster;
    private final ClientLoop loop = ClientLoop.start();

    @BeforeAll
    static void startCluster() {
        cluster = TurnstoneCluster.start("proxy", 2, "--trust-proxy", "127.0.0.0/8");
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
    void shouldKnowTheClientByTheAddressThatTheProxyNames() {
        UdpProxy proxy = proxyTo(A);
        TurnClient client = loop.client(proxy.address(), cluster.node(A).credentials());

        StunMessage binding = client.binding().join();
        StunMessage answer = client.allocate().join();

        InetSocketAddress mapped = binding.xorAddress(Stun.XOR_MAPPED_ADDRESS).orElseThrow();
        assertThat(mapped).isEqualTo(Loopback.ipv4(client.localPort()));
        assertThat(answer.xorAddress(Stun.XOR_MAPPED_ADDRESS)).contains(mapped);
    }

    @Test
    void shouldAnswerThroughTheProxyAtTheNodeItSendsToNow() {
        PlainPeer peer = loop.peer(Loopback.ipv4(0)).echoing();
        UdpProxy proxy = proxyTo(A);
        TurnClient client = loop.client(proxy.address(), cluster.node(A).credentials());
        relayedAddress(client.allocate().join());
        assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();
        ProbeFlow flow = channelFlow(loop, CHANNEL, client, client).start(PACKETS_PER_SECOND);

        for (int node : new int[]{A, B, A}) {
            proxy.sendTo(cluster.balancedTo(node));
            letFlow(500);
            assertThat(proxy.answeredFrom()).as("after the move to node %d", node).isEqualTo(cluster.balancedTo(node));
            assertThat(client.lastSource()).isEqualTo(proxy.address());
        }
        ProbeReport report = end(flow);

        assertThat(report.lost()).as(report::toString).isZero();
    }

    @Test
    void shouldSendWhatAPeerSaysFirstThroughTheProxy() {
        PlainPeer peer = loop.peer(Loopback.ipv4(0));
        UdpProxy proxy = proxyTo(A);
        TurnClient client = loop.client(proxy.address(), cluster.node(A).credentials());
        InetSocketAddress relayed = relayedAddress(client.allocate().join());
        assertThat(client.createPermission(peer.address()).join().isSuccess()).isTrue();
        ProbeFlow flow = new ProbeFlow(loop, 1, 160, payload -> peer.send(payload, relayed));
        client.onData((from, channel, payload) -> flow.onPayload(payload));
        flow.start(PACKETS_PER_SECOND);
        letFlow(500);
        ProbeReport report = end(flow);

        assertThat(report.lost()).isZero();
        assertThat(client.lastSource()).isEqualTo(proxy.address());
    }

    private UdpProxy proxyTo(int node) {
        return UdpProxy.withHeaders(loop, cluster.serviceAddress(), cluster.balancedTo(node));
    }
}
