package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.letFlow;
import static io.turnstone.loadtest.system.Steps.relayedAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.client.Integrity;
import io.turnstone.loadtest.client.Loopback;
import io.turnstone.loadtest.client.PlainPeer;
import io.turnstone.loadtest.client.ProbeFlow;
import io.turnstone.loadtest.client.ProbeReport;
import io.turnstone.loadtest.client.Requests;
import io.turnstone.loadtest.client.RetryPolicy;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.client.TurnClient;
import io.turnstone.loadtest.server.TurnServer;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What any TURN server does over UDP as RFC 8656 has it, seen from outside. It runs against Turnstone, and against
 * coturn to show that the client that judges is right.
 */
@Timeout(60)
abstract class RelayContract {
    private static final int CHANNEL = 0x4001;
    private static final int PACKETS_PER_SECOND = 200;
    private static final int PAYLOAD_BYTES = 160;

    private ClientLoop loop = ClientLoop.start();

    abstract TurnServer server();

    final ClientLoop loop() {
        return loop;
    }

    @BeforeEach
    void startLoop() {
        loop = ClientLoop.start();
    }

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void shouldTellTheMappedAddress() {
        TurnClient client = loop.client(server().address(), server().credentials());

        StunMessage answer = client.binding().join();

        assertThat(answer.xorAddress(Stun.XOR_MAPPED_ADDRESS)).contains(Loopback.ipv4(client.localPort()));
    }

    @Test
    void shouldChallengeBeforeItAllocates() {
        TurnClient client = loop.client(server().address(), server().credentials());

        StunMessage answer = client.exchange(Requests.allocate(Requests.NOTHING).make().build()).join();

        assertThat(answer.errorCode()).isEqualTo(401);
        assertThat(answer.text(Stun.REALM)).isPresent();
        assertThat(answer.text(Stun.NONCE)).isPresent();
    }

    @Test
    void shouldSignItsAnswers() {
        TurnClient client = loop.client(server().address(), server().credentials());

        StunMessage answer = client.allocate().join();

        assertThat(answer.isSuccess()).isTrue();
        assertThat(answer.integrityHolds(Integrity.SHA1, client.key())).isTrue();
        assertThat(answer.integer(Stun.LIFETIME)).isEqualTo(600);
    }

    @Test
    void shouldRefuseAWrongPassword() {
        TurnClient client = loop.client(server().address(),
            Credentials.longTerm(server().credentials().username(), "guess"));

        assertThat(client.allocate().join().errorCode()).isEqualTo(401);
    }

    @Test
    void shouldRelayChannelDataBothWaysWithoutLoss() {
        PlainPeer peer = loop.peer(Loopback.ipv4(0)).echoing();
        TurnClient client = allocated(server().address(), Requests.NOTHING);
        assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();

        ProbeReport report = probe(client, peer.address(), true);

        assertComplete(report);
    }

    @Test
    void shouldRelayIndicationsBothWaysWithoutLoss() {
        PlainPeer peer = loop.peer(Loopback.ipv4(0)).echoing();
        TurnClient client = allocated(server().address(), Requests.NOTHING);
        assertThat(client.createPermission(peer.address()).join().isSuccess()).isTrue();

        ProbeReport report = probe(client, peer.address(), false);

        assertComplete(report);
    }

    @Test
    void shouldRelayOverIpv6() {
        PlainPeer peer = loop.peer(Loopback.ipv6(0)).echoing();
        TurnClient client = allocated(server().ipv6Address(), Requests.family(Stun.FAMILY_IPV6));
        assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();

        ProbeReport report = probe(client, peer.address(), true);

        assertComplete(report);
    }

    @Test
    void shouldRelayFromRelayedAddressToRelayedAddress() {
        TurnClient caller = loop.client(server().address(), server().credentials());
        TurnClient callee = loop.client(server().address(), server().credentials());
        InetSocketAddress callerRelay = relayedAddress(caller.allocate().join());
        InetSocketAddress calleeRelay = relayedAddress(callee.allocate().join());
        assertThat(caller.channelBind(CHANNEL, calleeRelay).join().isSuccess()).isTrue();
        assertThat(callee.channelBind(CHANNEL, callerRelay).join().isSuccess()).isTrue();

        ProbeFlow there = new ProbeFlow(loop, 1, PAYLOAD_BYTES, payload -> caller.sendChannelData(CHANNEL, payload));
        ProbeFlow back = new ProbeFlow(loop, 2, PAYLOAD_BYTES, payload -> callee.sendChannelData(CHANNEL, payload));
        callee.onData((from, channel, payload) -> there.onPayload(payload));
        caller.onData((from, channel, payload) -> back.onPayload(payload));
        List.of(there, back).forEach(flow -> flow.start(PACKETS_PER_SECOND));
        letFlow(1_000);
        List.of(there, back).forEach(ProbeFlow::stop);
        letFlow(200);

        assertComplete(there.report());
        assertComplete(back.report());
    }

    @Test
    void shouldDropDataFromAPeerWithoutPermission() {
        PlainPeer peer = loop.peer(Loopback.ipv4(0));
        TurnClient client = loop.client(server().address(), server().credentials());
        InetSocketAddress relayed = relayedAddress(client.allocate().join());
        ProbeFlow uninvited = new ProbeFlow(loop, 3, PAYLOAD_BYTES, payload -> peer.send(payload, relayed));
        client.onData((from, channel, payload) -> uninvited.onPayload(payload));

        uninvited.start(PACKETS_PER_SECOND);
        letFlow(300);
        uninvited.stop();

        assertThat(uninvited.report().received()).isZero();
    }

    @Test
    void shouldReserveTheNextPortForTheTokenOfAnEvenPort() {
        TurnClient first = loop.client(server().address(), server().credentials());
        TurnClient second = loop.client(server().address(), server().credentials());

        StunMessage even = first.allocate(Requests.evenPort(true)).join();
        byte[] token = Objects.requireNonNull(even.attribute(Stun.RESERVATION_TOKEN), even::toString);
        StunMessage next = second.allocate(Requests.reservationToken(token)).join();

        assertThat(relayedAddress(even).getPort()).isEven();
        assertThat(relayedAddress(next).getPort()).isEqualTo(relayedAddress(even).getPort() + 1);
    }

    @Test
    void shouldAllocateBothFamiliesAtOnce() {
        TurnClient client = loop.client(server().address(), server().credentials());

        StunMessage answer = client.allocate(Requests.additionalIpv6()).join();

        assertThat(answer.xorAddresses(Stun.XOR_RELAYED_ADDRESS)).hasSize(2)
            .anyMatch(relayed -> relayed.getAddress() instanceof Inet6Address);
    }

    @Test
    void shouldEndAnAllocationOnceItIsRefreshedToZero() {
        PlainPeer peer = loop.peer(Loopback.ipv4(0)).echoing();
        TurnClient client = allocated(server().address(), Requests.NOTHING);
        assertThat(client.channelBind(CHANNEL, peer.address()).join().isSuccess()).isTrue();

        assertThat(client.refresh(0).join().integer(Stun.LIFETIME)).isZero();

        client.retrying(RetryPolicy.ONCE);
        assertThat(probe(client, peer.address(), true).received()).isZero();
        assertThat(client.refresh(600).handle((answer, silence) -> silence == null ? answer.errorCode() : 437).join())
            .as("437, or silence until it is certain")
            .isEqualTo(437);
    }

    private TurnClient allocated(InetSocketAddress address, Requests.Extra more) {
        TurnClient client = loop.client(address, server().credentials());
        relayedAddress(client.allocate(more).join());
        return client;
    }

    private ProbeReport probe(TurnClient client, InetSocketAddress peer, boolean byChannel) {
        ProbeFlow flow = new ProbeFlow(loop, 9, PAYLOAD_BYTES, payload -> {
            if (byChannel) {
                client.sendChannelData(CHANNEL, payload);
            } else {
                client.sendIndication(peer, payload);
            }
        });
        client.onData((from, channel, payload) -> flow.onPayload(payload));
        flow.start(PACKETS_PER_SECOND);
        letFlow(1_000);
        flow.stop();
        letFlow(200);
        return flow.report();
    }

    private static void assertComplete(ProbeReport report) {
        assertThat(report.sent()).isGreaterThan(PACKETS_PER_SECOND / 2);
        assertThat(report.lost()).as(report::toString).isZero();
        assertThat(report.duplicates()).as(report::toString).isZero();
    }
}
