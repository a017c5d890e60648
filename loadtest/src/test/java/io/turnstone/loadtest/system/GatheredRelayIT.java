package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.letFlow;
import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import io.turnstone.loadtest.client.Requests;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnServer;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.server.UdpSockets;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One node whose relayed addresses share their sockets. */
class GatheredRelayIT extends RelayContract {
    private static final int CHANNEL = 0x4001;
    private static final int RELAY_PORTS = 200;
    private static final int FIRST_PORT = FreePorts.range(RELAY_PORTS);
    /** Empty, odd, the longest that an Ethernet takes whole, and longer ones in fragments. */
    private static final List<Integer> LENGTHS = List.of(0, 1, 2, 3, 160, 1_199, 1_472, 1_473, 9_001, 60_000);
    private static @Nullable TurnstoneNode node;

    @BeforeAll
    static void start() {
        Tools.requireRoot();
        node = TurnstoneNode.startAt(FIRST_PORT, RELAY_PORTS, Tools.ARTEFACTS, "--relay-sockets", "range");
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.process().close();
        }
    }

    @Override
    TurnServer server() {
        if (node == null) {
            throw new IllegalStateException("the node has not started");
        }
        return node;
    }

    /** Of them all the first port alone is bound, once per forwarder. */
    @Test
    void shouldOpenNoSocketForAnAllocation() {
        List<InetSocketAddress> relayed = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            relayed.add(relayedAddress(client().allocate().join()));
        }
        for (InetSocketAddress each : relayed) {
            if (each.getPort() != FIRST_PORT) {
                assertThat(UdpSockets.bound(each.getPort(), 1)).as("sockets at " + each).isZero();
            }
        }
    }

    @Test
    void shouldSendAndReceiveDatagramsOfAnyLength() {
        for (boolean ipv6 : new boolean[]{false, true}) {
            PlainPeer peer = loop().peer(ipv6 ? Loopback.ipv6(0) : Loopback.ipv4(0)).echoing();
            TurnClient client = loop().client(
                ipv6 ? server().ipv6Address() : server().address(), server().credentials());
            relayedAddress(client.allocate(ipv6 ? Requests.family(0x02) : Requests.NOTHING).join());
            assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();
            List<Integer> received = new CopyOnWriteArrayList<>();
            client.onData((from, channel, payload) -> received.add(payload.remaining()));

            LENGTHS.forEach(length -> client.sendChannelData(CHANNEL, ByteBuffer.allocate(length)));
            letFlow(500);

            assertThat(received).containsExactlyInAnyOrderElementsOf(LENGTHS);
        }
    }

    /** A burst is what a train is made of, for which the relayed address gets a socket of its own. */
    @Test
    void shouldSendBurstsInOrder() {
        PlainPeer peer = loop().peer(Loopback.ipv4(0)).echoing();
        TurnClient client = client();
        InetSocketAddress relayed = relayedAddress(client.allocate().join());
        assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();
        List<Integer> received = new CopyOnWriteArrayList<>();
        client.onData((from, channel, payload) -> received.add(payload.getInt()));

        List<Integer> sent = new ArrayList<>();
        for (int burst = 0; burst < 20; burst++) {
            for (int i = 0; i < 20; i++) {
                sent.add(sent.size());
                client.sendChannelData(CHANNEL, ByteBuffer.allocate(1_200).putInt(0, sent.getLast()));
            }
            letFlow(10);
        }
        letFlow(300);

        assertThat(received).isEqualTo(sent);
        assertThat(UdpSockets.bound(relayed.getPort(), 1)).as("sockets of its own").isEqualTo(1);
        assertThat(client.refresh(0).join().isSuccess()).isTrue();
        letFlow(200);
        assertThat(UdpSockets.bound(relayed.getPort(), 1)).as("sockets after its end").isZero();
    }

    /** The one port at which sockets are bound is given away like any other. */
    @Test
    void shouldRelayFromThePortOfTheCarriers() {
        PlainPeer peer = loop().peer(Loopback.ipv4(0)).echoing();
        int ports = 2;
        int first = FreePorts.range(ports);
        TurnstoneNode small = TurnstoneNode.startAt(first, ports, Tools.ARTEFACTS, "--relay-sockets", "range");
        try (ServerProcess process = small.process()) {
            List<TurnClient> clients = new ArrayList<>();
            List<Integer> relayPorts = new ArrayList<>();
            for (int i = 0; i < ports; i++) {
                clients.add(loop().client(small.address(), small.credentials()));
                relayPorts.add(relayedAddress(clients.get(i).allocate().join()).getPort());
            }
            TurnClient client = clients.get(relayPorts.indexOf(first));
            assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();
            List<Integer> received = new CopyOnWriteArrayList<>();
            client.onData((from, channel, payload) -> received.add(payload.getInt()));
            List<Integer> sent = new ArrayList<>();
            for (int packet = 0; packet < 50; packet++) {
                sent.add(packet);
                client.sendChannelData(CHANNEL, ByteBuffer.allocate(1_200).putInt(0, packet));
            }
            letFlow(300);
            assertThat(received).isEqualTo(sent);
            assertThat(process.isAlive()).isTrue();
        }
    }

    private TurnClient client() {
        return loop().client(server().address(), server().credentials());
    }
}
