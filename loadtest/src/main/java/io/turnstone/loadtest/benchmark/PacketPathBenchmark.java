package io.turnstone.loadtest.benchmark;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.fabric.FabricPublisher;
import io.turnstone.node.fib.ClusterScope;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.forwarding.PacketPath;
import io.turnstone.node.forwarding.PacketThread;
import io.turnstone.node.forwarding.PathSettings;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.transport.DatagramSender;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.turn.ChannelData;
import io.turnstone.protocol.turn.DataIndication;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.MutableDirectBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One datagram's whole way through the packet path but for the sockets, among 10,000 allocations in random order. Every
 * allocation has a channel to a plain peer and one to another allocation. Expected: 0 bytes per operation.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"})
public class PacketPathBenchmark {
    private static final int ALLOCATIONS = 10_000;
    private static final int ORDER_LENGTH = 1 << 16;
    private static final int PAYLOAD_OFFSET = DatagramSender.HEADROOM + 64;
    private static final int PAYLOAD_LENGTH = 160;
    private static final int TO_PEER = 0x4000;
    private static final int TO_CLIENT = 0x4001;
    private static final int FIRST_PORT = 20_000;
    private static final TransportAddress SERVICE = TransportAddress.parse("192.0.2.2:3478");
    private static final TransportAddress PEER = TransportAddress.parse("203.0.113.9:7000");
    private static final TransportAddress STRANGER = PEER.withPort(7_001);
    private static final IpAddress RELAY = IpAddress.parse("192.0.2.1");
    private static final IpAddress CLIENTS = IpAddress.parse("198.51.100.1");

    private final TransportAddress[] clients = new TransportAddress[ALLOCATIONS];
    private final NoSockets sockets;
    private final PacketPath path;
    private final DataIndication indication = new DataIndication();
    private final int[] order = new SplittableRandom(1).ints(ORDER_LENGTH, 0, ALLOCATIONS).toArray();
    private int next;
    private long expected;

    public PacketPathBenchmark() {
        TransportAddress[] relayed = new TransportAddress[ALLOCATIONS];
        for (int i = 0; i < ALLOCATIONS; i++) {
            clients[i] = TransportAddress.of(CLIENTS, FIRST_PORT + i);
            relayed[i] = TransportAddress.of(RELAY, FIRST_PORT + i);
        }
        sockets = new NoSockets(SERVICE, relayed);
        Fib fib = new Fib(1, true);
        fib.scope(
            new ClusterScope(Map.of(RELAY, List.of(new PortRange(FIRST_PORT, 65_535))), List.of(), ip -> false));
        for (int i = 0; i < ALLOCATIONS; i++) {
            fib.put(
                Leg.builder(i, clients[i], fib.counters(i))
                    .attachedTo(Leg.THIS_NODE, 0)
                    .expiryMs(Long.MAX_VALUE)
                    .relay(relayed[i], i + 1)
                    .channel(TO_PEER, PEER, Long.MAX_VALUE)
                    .channel(TO_CLIENT, relayed[i ^ 1], Long.MAX_VALUE)
                    .permission(RELAY, Long.MAX_VALUE)
                    .permission(PEER.ip(), Long.MAX_VALUE)
                    .build());
        }
        Nonces nonces = new Nonces(
            ClusterKeys.ofSecrets(List.of("secret of the benchmark")), 600_000, new Random(1));
        PathSettings settings = new PathSettings("realm", false, 1, 200, PathSettings.Balancer.NONE, true);
        path = new PacketPath(sockets, fib, new PuntQueue(1 << 20, () -> {}), settings,
            new PacketThread(0, 0, sockets, FabricPublisher.NONE, nonces));
        path.beginTurn(System.currentTimeMillis());
    }

    private int nextIndex() {
        next = next + 1 & (ORDER_LENGTH - 1);
        return order[next];
    }

    /** ChannelData from a client to a plain peer. */
    @Benchmark
    public long channelDataToPeer() {
        return channelData(TO_PEER);
    }

    /** ChannelData from a client to another client of this node. */
    @Benchmark
    public long channelDataToClient() {
        return channelData(TO_CLIENT);
    }

    private long channelData(int channel) {
        MutableDirectBuffer buffer = sockets.buffer();
        ChannelData.writeHeader(buffer, PAYLOAD_OFFSET, channel, PAYLOAD_LENGTH);
        int start = PAYLOAD_OFFSET - ChannelData.HEADER_LENGTH;
        return fromClient(buffer, start, ChannelData.HEADER_LENGTH + PAYLOAD_LENGTH);
    }

    /** A Send indication to a plain peer. */
    @Benchmark
    public long sendIndicationToPeer() {
        MutableDirectBuffer buffer = sockets.buffer();
        // But for its type it is what a Data indication is.
        indication.transactionId(1, 2)
            .write(buffer, PAYLOAD_OFFSET, PAYLOAD_LENGTH, PEER.high(), PEER.low(), PEER.port());
        buffer.putShort(indication.offset(), (short) StunType.SEND_INDICATION, ByteOrder.BIG_ENDIAN);
        return fromClient(buffer, indication.offset(), indication.length());
    }

    private long fromClient(MutableDirectBuffer buffer, int offset, int length) {
        TransportAddress client = clients[nextIndex()];
        path.onDatagram(NoSockets.LISTENER, buffer, offset, length, client.high(), client.low(), client.port());
        return requireSent();
    }

    /** A plain peer's datagram that reaches the client as ChannelData. */
    @Benchmark
    public long peerToChannelData() {
        return fromPeer(PEER);
    }

    /** A plain peer's datagram that reaches the client as a Data indication. */
    @Benchmark
    public long peerToDataIndication() {
        return fromPeer(STRANGER);
    }

    private long fromPeer(TransportAddress peer) {
        path.onDatagram(
            nextIndex() + 1, sockets.buffer(), PAYLOAD_OFFSET, PAYLOAD_LENGTH, peer.high(), peer.low(), peer.port());
        return requireSent();
    }

    /** What was dropped would be cheap. */
    private long requireSent() {
        long sent = sockets.sent();
        if (sent != ++expected) {
            throw new AssertionError("not forwarded");
        }
        return sent;
    }
}
