package io.turnstone.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.punt.PuntReason;
import io.turnstone.node.punt.PuntedFlow;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowReportsTest {
    private static final byte[] CHANNEL_DATA = {0x40, 0x01, 0, 2, 'h', 'i'};
    private static final byte[] DATA = {'h', 'i'};
    private static final int PACKETS_MIN = 8;
    private static final long INTERVAL_MS = 1_000;

    private final PathFixture it = fixture(PathSettings.Balancer.NONE);

    private static PathFixture fixture(PathSettings.Balancer balancer) {
        return new PathFixture(new PathSettings("turnstone", false, 1, 50, balancer, true));
    }

    private static List<String> reports(PathFixture it) {
        PuntedFlow flow = new PuntedFlow();
        List<String> reports = new ArrayList<>();
        it.punts.drain(packet -> {
            if (packet.reason() == PuntReason.ESTABLISHED) {
                flow.wrap(packet);
                String name = flow.kind() == PuntedFlow.CHANNEL
                    ? "channel " + Integer.toHexString(flow.number())
                    : (flow.kind() == PuntedFlow.PEER ? "at " : "to ") + flow.address();
                reports.add(packet.source() + " " + name);
            }
        }, 1_000);
        return reports;
    }

    private static void times(int count, Runnable packet) {
        for (int i = 0; i < count; i++) {
            packet.run();
        }
    }

    private static byte[] send(TransportAddress peer) {
        return PathFixture.stun(
            StunType.SEND_INDICATION,
            writer -> writer.xorAddress(StunAttribute.XOR_PEER_ADDRESS, peer).bytes(StunAttribute.DATA, DATA));
    }

    @Test
    void shouldReportAFlowOnceItMovesAndThenOnceASecond() {
        times(PACKETS_MIN - 1, () -> it.fromAlice(CHANNEL_DATA));
        assertThat(reports(it)).as("a few packets may be all there are").isEmpty();

        it.fromAlice(CHANNEL_DATA);
        assertThat(reports(it)).containsExactly(PathFixture.ALICE + " channel 4001");

        times(100, () -> it.fromAlice(CHANNEL_DATA));
        assertThat(reports(it)).as("told already").isEmpty();

        it.path.beginTurn(PathFixture.NOW_MS + INTERVAL_MS);
        times(PACKETS_MIN, () -> it.fromAlice(CHANNEL_DATA));
        assertThat(reports(it)).as("it still moves here").hasSize(1);
    }

    @Test
    void shouldForgetAFlowThatMovesSlowly() {
        for (int i = 0; i < 3 * PACKETS_MIN; i++) {
            it.path.beginTurn(PathFixture.NOW_MS + i * INTERVAL_MS / 4);
            it.fromAlice(CHANNEL_DATA);
        }
        assertThat(reports(it)).isEmpty();
    }

    @Test
    void shouldNameEveryKindOfFlow() {
        times(PACKETS_MIN, () -> {
            it.fromAlice(CHANNEL_DATA);
            it.fromAlice(send(PathFixture.PEER));
            it.fromAlice(send(PathFixture.BOB_RELAYED));
            it.fromPeer(PathFixture.PEER, DATA);
        });
        assertThat(reports(it)).containsExactlyInAnyOrder(
            PathFixture.ALICE + " channel 4001",
            PathFixture.ALICE + " to " + PathFixture.PEER,
            PathFixture.ALICE + " to " + PathFixture.BOB_RELAYED,
            PathFixture.PEER + " at " + PathFixture.ALICE_RELAYED);
    }

    @Test
    void shouldNotReportWhatIsDroppedOrLeavesOverTheFabric() {
        it.fib.put(it.alice().channel(PathFixture.CHANNEL, PathFixture.PEER, PathFixture.NOW_MS).build());
        it.fib.put(it.bob().attachedTo(PathFixture.OTHER_NODE, 0).build());
        times(PACKETS_MIN, () -> {
            it.fromAlice(CHANNEL_DATA);
            it.fromAlice(send(PathFixture.BOB_RELAYED));
            it.fromAlice(send(TransportAddress.parse("203.0.113.200:1")));
            it.fromPeer(TransportAddress.parse("203.0.113.200:1"), DATA);
        });
        assertThat(reports(it)).isEmpty();
    }

    @Test
    void shouldNotReportWhatAProxyBringsNorWhatMustNotBeFragmented() {
        TransportAddress proxy = TransportAddress.parse("10.0.0.5:33333");
        PathFixture proxied = fixture(
            new PathSettings.Balancer(List.of(IpPrefix.parse("10.0.0.0/8")), List.of(), () -> true));
        byte[] datagram = ProxiedPathTest.proxied(0x21, PathFixture.ALICE, MemorySockets.SERVICE, CHANNEL_DATA);
        byte[] whole = PathFixture.stun(
            StunType.SEND_INDICATION,
            writer -> writer.xorAddress(StunAttribute.XOR_PEER_ADDRESS, PathFixture.PEER)
                .bytes(StunAttribute.DATA, DATA)
                .flag(StunAttribute.DONT_FRAGMENT));
        times(PACKETS_MIN, () -> {
            proxied.receive(MemorySockets.LISTENER_SOCKET, proxy, datagram, datagram.length);
            it.fromAlice(whole);
        });
        assertThat(proxied.sockets.sent).hasSize(PACKETS_MIN);
        assertThat(reports(proxied)).isEmpty();
        assertThat(reports(it)).isEmpty();
    }

    @Test
    void shouldReportAFewFlowsAMillisecondSoThatRequestsFindRoom() {
        int flows = 100;
        List<byte[]> datagrams = new ArrayList<>();
        for (int i = 0; i < flows; i++) {
            datagrams.add(send(PathFixture.PEER.withPort(1_000 + i)));
        }
        times(PACKETS_MIN, () -> datagrams.forEach(it::fromAlice));
        int atOnce = reports(it).size();
        assertThat(atOnce).isBetween(1, flows / 2);

        it.path.beginTurn(PathFixture.NOW_MS + 1);
        datagrams.forEach(it::fromAlice);
        assertThat(reports(it)).as("the others' turn").hasSizeBetween(1, flows / 2);
    }
}
