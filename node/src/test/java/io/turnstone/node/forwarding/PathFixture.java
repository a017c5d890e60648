package io.turnstone.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.fabric.FabricOutcome;
import io.turnstone.node.fabric.FabricPublisher;
import io.turnstone.node.fib.ClusterScope;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.fib.LegBuilder;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.transport.DatagramSender;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/** A packet path with one client, Alice, whose allocation may send to a plain peer and to Bob's relayed address. */
final class PathFixture {
    static final long NOW_MS = 1_700_000_000_000L;
    static final long LATER_MS = NOW_MS + 60_000;
    static final int CHANNEL = 0x4001;
    static final int BOB_CHANNEL = 0x5002;
    static final int OTHER_NODE = 2;
    static final long INCARNATION = 0x1122_3344_5566_7788L;
    static final long ALICE_ID = 11;
    static final long BOB_ID = 12;
    static final TransportAddress ALICE = TransportAddress.parse("198.51.100.1:40000");
    static final TransportAddress BOB = TransportAddress.parse("198.51.100.2:50000");
    static final TransportAddress PEER = TransportAddress.parse("203.0.113.9:7000");
    static final TransportAddress ALICE_RELAYED = TransportAddress.parse("192.0.2.1:49160");
    static final TransportAddress BOB_RELAYED = TransportAddress.parse("192.0.2.1:49162");
    static final PathSettings SETTINGS = new PathSettings("turnstone", false, INCARNATION, 50,
        PathSettings.Balancer.NONE, false);

    final MemorySockets sockets = new MemorySockets(ALICE_RELAYED);
    final Fib fib = new Fib(1, false);
    final PuntQueue punts = new PuntQueue(1 << 16, () -> {});
    final List<byte[]> frames = new ArrayList<>();
    final Nonces nonces = new Nonces(ClusterKeys.ofSecrets(List.of("secret")), 600_000, new Random(1));
    final PacketThread thread;
    final PacketPath path;

    PathFixture(PathSettings settings) {
        FabricPublisher fabric = (node, frame, offset, length) -> {
            byte[] copy = new byte[length];
            frame.getBytes(offset, copy);
            frames.add(copy);
            return node == OTHER_NODE ? FabricOutcome.SENT : FabricOutcome.NO_SUCH_NODE;
        };
        thread = new PacketThread(0, 0, sockets, fabric, nonces);
        path = new PacketPath(sockets, fib, punts, settings, thread);
        path.beginTurn(NOW_MS);
        fib.scope(
            new ClusterScope(
                Map.of(ALICE_RELAYED.ip(), List.of(new PortRange(49152, 65535))), List.of(), ip -> false));
        fib.put(alice().channel(CHANNEL, PEER, LATER_MS).build());
        fib.put(bob().build());
    }

    LegBuilder alice() {
        return Leg.builder(ALICE_ID, ALICE, fib.counters(ALICE_ID))
            .attachedTo(Leg.THIS_NODE, 0)
            .expiryMs(LATER_MS)
            .relay(ALICE_RELAYED, MemorySockets.RELAY_SOCKET)
            .permission(PEER.ip(), LATER_MS)
            .permission(BOB_RELAYED.ip(), LATER_MS);
    }

    LegBuilder bob() {
        return Leg.builder(BOB_ID, BOB, fib.counters(BOB_ID))
            .attachedTo(Leg.THIS_NODE, 0)
            .expiryMs(LATER_MS)
            .relay(BOB_RELAYED, MemorySockets.RELAY_SOCKET)
            .permission(ALICE_RELAYED.ip(), LATER_MS)
            .channel(BOB_CHANNEL, ALICE_RELAYED, LATER_MS);
    }

    void fromAlice(byte[] datagram) {
        receive(MemorySockets.LISTENER_SOCKET, ALICE, datagram, datagram.length);
    }

    void fromPeer(TransportAddress peer, byte[] datagram) {
        receive(MemorySockets.RELAY_SOCKET, peer, datagram, datagram.length);
    }

    void receive(int socket, TransportAddress source, byte[] datagram, int length) {
        sockets.buffer().putBytes(DatagramSender.HEADROOM, datagram, 0, length);
        path.onDatagram(
            socket, sockets.buffer(), DatagramSender.HEADROOM, length, source.high(), source.low(), source.port());
    }

    MemorySockets.Sent onlySent() {
        assertThat(sockets.sent).hasSize(1);
        return sockets.sent.getFirst();
    }

    StunMessage onlyAnswer() {
        MemorySockets.Sent sent = onlySent();
        StunMessage message = new StunMessage();
        assertThat(message.wrap(sent.buffer(), 0, sent.length())).isTrue();
        return message;
    }

    long counted(ForwardingCounter counter) {
        return thread.counters().path().get(counter);
    }

    static byte[] stun(int type, Body body) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[2048]);
        StunWriter writer = new StunWriter().begin(buffer, 0, type, 7, 8);
        body.write(writer);
        return Arrays.copyOf(buffer.byteArray(), writer.length());
    }

    /** Adds attributes. */
    interface Body {
        void write(StunWriter writer);
    }
}
