package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import io.turnstone.loadtest.client.Requests;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may be a peer, as a client finds out: a node that allows nothing special and denies one block. */
@Timeout(60)
class PeerPolicyIT {
    private static final int CHANNEL = 0x4001;
    private static @Nullable TurnstoneNode node;

    private final ClientLoop loop = ClientLoop.start();

    @BeforeAll
    static void start() {
        int relayPorts = FreePorts.range(64);
        node = TurnstoneNode.launch("strict", Tools.ARTEFACTS, FreePorts.one(), FreePorts.one(),
            List.of("--relay-address", "127.0.0.1", "--relay-address", "::1", "--relay-ports",
                relayPorts + "-" + (relayPorts + 63), "--deny-peer", "8.8.8.0/24"));
        node.awaitReady();
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.2", "169.254.169.254", "172.16.0.1",
        "192.0.0.8", "192.0.2.9", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "8.8.8.8"})
    void shouldForbidAnIpv4PeerThatIsSpecialOrDenied(String peer) {
        assertForbidden(Requests.NOTHING, peer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "fc00::1", "fe80::1", "ff02::1", "2001:db8::1", "2002:a01:203::1",
        "64:ff9b::a01:203", "64:ff9b:1::1", "2001:0:c000:201:0:0:f5fe:fdfc", "2002:808:808::1", "64:ff9b::808:808"})
    void shouldForbidAnIpv6PeerThatIsSpecialOrDeniedInDisguise(String peer) {
        assertForbidden(Requests.family(Stun.FAMILY_IPV6), peer);
    }

    @Test
    void shouldPermitAnOrdinaryPeerOnlyWithoutAForbiddenOneBeside() {
        TurnClient client = allocated(Requests.NOTHING);
        InetSocketAddress ordinary = address("9.9.9.9");

        assertThat(client.createPermission(ordinary).join().isSuccess()).isTrue();
        assertThat(client.createPermission(ordinary, address("10.0.0.1")).join().errorCode()).isEqualTo(403);
    }

    /** RFC 8656 §10.2 would have 443; Firefox gives the whole allocation up on any error but 403. */
    @Test
    void shouldForbidAPeerOfTheOtherFamily() {
        TurnClient client = allocated(Requests.NOTHING);

        assertThat(client.createPermission(address("2606:4700::1111")).join().errorCode()).isEqualTo(403);
    }

    @Test
    void shouldForwardToItsOwnRelayedAddressesButToNothingElseOfItsHost() {
        TurnClient client = allocated(Requests.NOTHING);
        TurnClient other = loop.client(server().address(), server().credentials());
        InetSocketAddress relayed = relayedAddress(other.allocate().join());
        boolean[] reached = new boolean[1];
        PlainPeer bystander = loop.peer(Loopback.ipv4(0)).onPayload((payload, source) -> reached[0] = true);

        assertThat(client.createPermission(relayed).join().isSuccess()).isTrue();
        client.sendIndication(bystander.address(), ByteBuffer.allocate(32));
        assertThat(client.binding().join().isSuccess()).isTrue();

        assertThat(reached[0]).isFalse();
    }

    private void assertForbidden(Requests.Extra family, String peer) {
        TurnClient client = allocated(family);

        assertThat(client.createPermission(address(peer)).join().errorCode()).as("permission").isEqualTo(403);
        assertThat(client.channelBind(CHANNEL, address(peer)).join().errorCode()).as("channel").isEqualTo(403);
        client.refresh(0).join();
    }

    private TurnClient allocated(Requests.Extra family) {
        TurnClient client = loop.client(server().address(), server().credentials());
        relayedAddress(client.allocate(family).join());
        return client;
    }

    private static TurnstoneNode server() {
        if (node == null) {
            throw new IllegalStateException("the node has not started");
        }
        return node;
    }

    private static InetSocketAddress address(String ip) {
        return new InetSocketAddress(InetAddress.ofLiteral(ip), 5_000);
    }
}
