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
import io.turnstone.loadtest.client.Requests;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** One client, one 5-tuple, any node: the balancer may bring each packet to another one. */
@ExtendWith(ClusterExtension.class)
@Timeout(60)
class AnyNodeIT {
    private static final int CHANNEL = 0x4001;
    private static final int A = 0;
    private static final int B = 1;
    private static final int C = 2;

    private final TurnstoneCluster cluster;
    private final ClientLoop loop = ClientLoop.start();
    private final Map<TurnClient, InetSocketAddress> relays = new HashMap<>();

    AnyNodeIT(TurnstoneCluster cluster) {
        this.cluster = cluster;
    }

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void shouldAcceptTheChallengeOfAnotherNode() {
        TurnClient client = clientAt(A);
        client.exchange(Requests.allocate(Requests.NOTHING).make().build()).join();

        client.moveTo(cluster.balancedTo(B));
        StunMessage answer = client.exchange(client.authenticated(Requests.allocate(Requests.NOTHING))).join();

        assertThat(answer.isSuccess()).as(answer::toString).isTrue();
    }

    @Test
    void shouldRefreshAtAnotherNode() {
        TurnClient client = allocatedAt(A);

        client.moveTo(cluster.balancedTo(B));
        StunMessage answer = client.refresh(700).join();

        assertThat(answer.isSuccess()).as(answer::toString).isTrue();
        assertThat(answer.integer(Stun.LIFETIME)).isEqualTo(700);
    }

    @Test
    void shouldRepeatAnAllocateByteForByteAtEveryNode() {
        TurnClient client = clientAt(A);
        client.exchange(Requests.allocate(Requests.NOTHING).make().build()).join();
        byte[] request = client.authenticated(Requests.allocate(Requests.NOTHING));
        StunMessage first = client.exchange(request).join();

        for (int node : new int[]{A, B, C}) {
            client.moveTo(cluster.balancedTo(node));
            assertThat(client.exchange(request).join().bytes()).as("node %d", node).isEqualTo(first.bytes());
        }
    }

    @Test
    void shouldTakeTheChallengeOfAAtBAndRepeatTheAnswerOfBByteForByteAtC() {
        TurnClient client = clientAt(A);
        Requests.Extra mobility = Requests.mobility();
        assertThat(client.exchange(Requests.allocate(mobility).make().build()).join().errorCode()).isEqualTo(401);
        byte[] request = client.authenticated(Requests.allocate(mobility));

        client.moveTo(cluster.balancedTo(B));
        StunMessage atB = client.exchange(request).join();
        client.moveTo(cluster.balancedTo(C));
        StunMessage atC = client.exchange(request).join();

        assertThat(atB.isSuccess()).as(atB::toString).isTrue();
        assertThat(atB.attribute(Stun.MOBILITY_TICKET)).isNotEmpty();
        assertThat(atC.bytes()).isEqualTo(atB.bytes());
    }

    @Test
    void shouldMakeOneAllocationOfAnAllocateSentToTwoNodesAtOnce() {
        TurnClient client = clientAt(A);
        client.exchange(Requests.allocate(Requests.NOTHING).make().build()).join();
        byte[] request = client.authenticated(Requests.allocate(Requests.NOTHING));

        CompletableFuture<StunMessage> atA = client.exchange(request);
        client.moveTo(cluster.balancedTo(B));
        client.sendRaw(request);
        InetSocketAddress relayed = relayedAddress(atA.join());

        for (int node : new int[]{A, B, C}) {
            client.moveTo(cluster.balancedTo(node));
            assertThat(relayedAddress(client.exchange(request).join())).as("node %d", node).isEqualTo(relayed);
        }
    }

    @Test
    void shouldForwardDataThatArrivesAtAnotherNode() {
        PlainPeer peer = loop.peer(Loopback.ipv4(0)).echoing();
        TurnClient client = allocatedAt(A);
        assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();

        client.moveTo(cluster.balancedTo(B));
        ProbeReport report = probe(client, client);

        assertThat(report.lost()).as(report::toString).isZero();
    }

    @Test
    void shouldBindAtOneNodeAndForwardAtAThird() {
        PlainPeer peer = loop.peer(Loopback.ipv4(0)).echoing();
        TurnClient client = allocatedAt(A);
        client.moveTo(cluster.balancedTo(B));
        assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();

        client.moveTo(cluster.balancedTo(C));
        ProbeReport report = probe(client, client);

        assertThat(report.lost()).as(report::toString).isZero();
    }

    @Test
    void shouldRelayBetweenClientsOfTwoNodesOverTheFabricOnly() {
        TurnClient caller = allocatedOwn(A);
        TurnClient callee = allocatedOwn(B);
        InetSocketAddress callerRelay = Objects.requireNonNull(relays.get(caller));
        InetSocketAddress calleeRelay = Objects.requireNonNull(relays.get(callee));
        assertThat(cluster.ownerOf(callerRelay)).isEqualTo(A);
        assertThat(cluster.ownerOf(calleeRelay)).isEqualTo(B);
        assertThat(caller.channelBind(CHANNEL, calleeRelay).join().isSuccess()).isTrue();
        assertThat(callee.channelBind(CHANNEL, callerRelay).join().isSuccess()).isTrue();

        try (PacketCapture capture = PacketCapture.start("relay-ports-any-node", "lo",
            "udp portrange " + cluster.firstRelayPort() + "-" + cluster.lastRelayPort())) {
            ProbeReport report = probe(caller, callee);

            assertThat(report.lost()).as(report::toString).isZero();
            assertThat(capture.packets()).isEmpty();
        }
    }

    @Test
    void shouldGetAnswersThatAreCertainOnly() {
        TurnClient client = clientAt(A);
        client.exchange(Requests.allocate(Requests.NOTHING).make().build()).join();

        StunMessage answer = client.refresh(600).join();

        assertThat(answer.errorCode()).as("all members have answered that nobody owns it").isEqualTo(437);
    }

    @Test
    void shouldStaySilentToDataOfAnUnknownFlow() {
        TurnClient client = clientAt(A);
        boolean[] answered = new boolean[1];
        client.onStray((datagram, source) -> answered[0] = true);

        client.sendRaw(new byte[]{0x40, 0, 0, 4, 1, 2, 3, 4});
        letFlow(500);

        assertThat(answered[0]).isFalse();
    }

    private TurnClient clientAt(int node) {
        return loop.client(cluster.balancedTo(node), cluster.node(node).credentials(), cluster.clientAddress());
    }

    private TurnClient allocatedAt(int node) {
        TurnClient client = clientAt(node);
        relays.put(client, relayedAddress(client.allocate().join()));
        return client;
    }

    private TurnClient allocatedOwn(int node) {
        TurnstoneNode server = cluster.node(node);
        TurnClient client = loop.client(server.address(), server.credentials());
        relays.put(client, relayedAddress(client.allocate().join()));
        return client;
    }

    private ProbeReport probe(TurnClient from, TurnClient to) {
        ProbeFlow flow = channelFlow(loop, CHANNEL, from, to).start(200);
        letFlow(1_500);
        return end(flow);
    }
}
