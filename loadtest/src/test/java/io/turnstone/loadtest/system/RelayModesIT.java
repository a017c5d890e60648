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
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.UdpSockets;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Relay addresses that belong to the cluster: with a socket on every node, or with none at all. */
@Timeout(180)
class RelayModesIT {
    private static final int CHANNEL = 0x4001;
    private static final int OTHER_CHANNEL = 0x4002;
    private static final int A = 0;
    private static final int B = 1;
    private static final int C = 2;
    private static final int PEERS = 8;
    private static final int FLOW_MS = 1_500;

    private final ClientLoop loop = ClientLoop.start();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void shouldRelayBetweenClientsWithoutASocketAndAfterANodesDeath() {
        try (TurnstoneCluster cluster = TurnstoneCluster.start("virtual", 3, "--relay-mode", "cluster")) {
            TurnClient caller = client(cluster, A);
            TurnClient callee = client(cluster, B);
            InetSocketAddress callerRelay = relayedAddress(caller.allocate().join());
            InetSocketAddress calleeRelay = relayedAddress(callee.allocate().join());
            assertSuccess(caller.channelBind(CHANNEL, calleeRelay));
            assertSuccess(callee.channelBind(CHANNEL, callerRelay));

            assertThat(flow(caller, callee).lost()).isZero();
            assertThat(UdpSockets.bound(cluster.firstRelayPort(), cluster.lastRelayPort() - cluster.firstRelayPort()))
                .isZero();
            assertDroppedWithoutHarm(cluster, caller);

            cluster.kill(B);
            callee.moveTo(cluster.balancedTo(C));
            letFlow(1_000);
            assertThat(flow(caller, callee).lost()).isZero();
            assertThat(flow(callee, caller).lost()).isZero();
            assertSuccess(callee.channelBind(CHANNEL, callerRelay));
            assertSuccess(callee.refresh(600));
        }
    }

    /** A permission for a peer outside is granted, and what is sent there is dropped and counted. */
    private void assertDroppedWithoutHarm(TurnstoneCluster cluster, TurnClient client) {
        PlainPeer peer = loop.peer(Loopback.ipv4(0)).echoing();
        assertSuccess(client.channelBind(OTHER_CHANNEL, peer.address()));
        ProbeFlow flow = new ProbeFlow(loop, 7, 160, payload -> client.sendChannelData(OTHER_CHANNEL, payload));
        flow.start(100);
        letFlow(300);
        flow.stop();
        letFlow(200);
        double dropped = cluster.sum("turnstone_drops_total{reason=\"virtual_relay\"}");
        assertThat(dropped).isEqualTo((double) flow.report().sent());
        assertSuccess(client.refresh(600));
    }

    @Test
    void shouldGiveEachPortToOneAllocationWhicheverNodeIsAsked() {
        try (TurnstoneCluster cluster = TurnstoneCluster.start("ports", 3, "--relay-mode", "cluster")) {
            Set<InetSocketAddress> relayed = new HashSet<>();
            for (int round = 0; round < 10; round++) {
                List<CompletableFuture<StunMessage>> answers = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    answers.add(client(cluster, i % 3).allocate());
                }
                answers.forEach(answer -> assertThat(relayed.add(relayedAddress(answer.join()))).isTrue());
            }
            assertThat(relayed).allMatch(
                address -> address.getPort() >= cluster.firstRelayPort()
                    && address.getPort() <= cluster.lastRelayPort());
        }
    }

    @ParameterizedTest
    @CsvSource({"port, 3", "range, 0"})
    void shouldReachAClientThroughAnyNodeAndAfterTheDeathOfTheOneThatOpenedItsAddress(String sockets, int bound) {
        if (sockets.equals("range")) {
            Tools.requireRoot();
        }
        try (TurnstoneCluster cluster = TurnstoneCluster.start("shared-" + sockets, 3, "--relay-mode", "shared",
            "--relay-sockets", sockets)) {
            TurnClient client = client(cluster, A);
            InetSocketAddress relayed = relayedAddress(client.allocate().join());
            List<PlainPeer> peers = peersWithChannels(client);
            letFlow(500);
            assertThat(UdpSockets.bound(relayed.getPort(), 1)).as("nodes with a socket").isEqualTo(bound);
            assertAllReached(client, peers, relayed);

            cluster.kill(A);
            client.moveTo(cluster.balancedTo(B));
            letFlow(1_000);
            assertAllReached(client, peers, relayed);
            assertSuccess(client.channelBind(CHANNEL, peers.getFirst().address()));
            assertSuccess(client.refresh(600));
        }
    }

    /** Each node by the packets that it sends itself; the client is at its home. */
    @Test
    void shouldSendToEachPeerByTheNodeWhereThePeersPacketsArrive() {
        try (TurnstoneCluster cluster = TurnstoneCluster.start("peer-exits", 3, "--relay-mode", "shared",
            "--return-path",
            "attachment")) {
            TurnClient client = client(cluster, A);
            InetSocketAddress relayed = relayedAddress(client.allocate().join());
            List<PlainPeer> peers = peersWithChannels(client);
            letFlow(500);
            int packets = 20;
            for (int round = 0; round < packets; round++) {
                peers.forEach(peer -> peer.send(ByteBuffer.wrap(new byte[]{1}), relayed));
                letFlow(50);
            }
            double[] arrived = packets(cluster, "turnstone_forwarding_packets_to_fabric_total");
            double[] sentBefore = packets(cluster, "turnstone_forwarding_packets_to_peer_total");
            for (int i = 0; i < PEERS; i++) {
                for (int packet = 0; packet < packets; packet++) {
                    client.sendChannelData(CHANNEL + i, ByteBuffer.wrap(new byte[]{2}));
                }
            }
            letFlow(500);
            double[] sent = packets(cluster, "turnstone_forwarding_packets_to_peer_total");

            assertThat(arrived[B] + arrived[C]).as("what the kernel gave to other nodes than the home").isPositive();
            assertThat(sent[B] - sentBefore[B]).isEqualTo(arrived[B]);
            assertThat(sent[C] - sentBefore[C]).isEqualTo(arrived[C]);
        }
    }

    /** Each has the channel that many after the first. */
    private List<PlainPeer> peersWithChannels(TurnClient client) {
        List<PlainPeer> peers = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            peers.add(loop.peer(Loopback.ipv4(0)));
            assertSuccess(client.channelBind(CHANNEL + i, peers.get(i).address()));
        }
        return peers;
    }

    private static double[] packets(TurnstoneCluster cluster, String counter) {
        return IntStream.range(0, cluster.size())
            .mapToDouble(node -> cluster.node(node).admin().metrics().sum(counter))
            .toArray();
    }

    /** Both ways between the client and each peer; the kernel spreads the peers over the nodes. */
    private void assertAllReached(TurnClient client, List<PlainPeer> peers, InetSocketAddress relayed) {
        List<ProbeFlow> flows = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            PlainPeer peer = peers.get(i);
            int channel = CHANNEL + i;
            ProbeFlow down = new ProbeFlow(loop, 100 + i, 160, payload -> peer.send(payload, relayed));
            ProbeFlow up = new ProbeFlow(loop, 200 + i, 160, payload -> client.sendChannelData(channel, payload));
            peer.onPayload((payload, source) -> {
                assertThat(source).isEqualTo(relayed);
                up.onPayload(payload);
            });
            flows.add(down);
            flows.add(up);
        }
        client.onData((peer, channel, payload) -> flows.forEach(flow -> flow.onPayload(payload)));
        flows.forEach(flow -> flow.start(50));
        letFlow(FLOW_MS);
        flows.forEach(ProbeFlow::stop);
        letFlow(300);
        assertThat(flows).allSatisfy(flow -> assertThat(flow.report().lost()).as(flow.report()::toString).isZero());
    }

    private TurnClient client(TurnstoneCluster cluster, int node) {
        return loop.client(cluster.balancedTo(node), cluster.node(node).credentials());
    }

    private ProbeReport flow(TurnClient from, TurnClient to) {
        ProbeFlow flow = channelFlow(loop, CHANNEL, from, to).start(100);
        letFlow(FLOW_MS);
        return end(flow);
    }

    private static void assertSuccess(CompletableFuture<StunMessage> answer) {
        assertThat(answer.join().isSuccess()).as(() -> answer.join().toString()).isTrue();
    }
}
