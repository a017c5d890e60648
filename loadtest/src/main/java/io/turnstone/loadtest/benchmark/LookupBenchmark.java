package io.turnstone.loadtest.benchmark;

import io.turnstone.node.fib.Adjacency;
import io.turnstone.node.fib.ClusterScope;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.fib.LegBuilder;
import io.turnstone.node.fib.Lookup;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.turn.ChannelData;
import io.turnstone.protocol.turn.DataIndication;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
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
 * One packet's lookup and header rewrite among 15,000 allocations in random order, so that the tables do not stay in
 * the first caches. Every allocation has eight permissions, as with a browser, and two channels. Expected: 0 bytes per
 * operation.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow"})
public class LookupBenchmark {
    private static final int ALLOCATIONS = 15_000;
    private static final int PERMISSIONS = 8;
    private static final int ORDER_LENGTH = 1 << 16;
    private static final int PAYLOAD_OFFSET = 128;
    private static final int PAYLOAD_LENGTH = 160;
    private static final int CHANNEL = 0x4000;
    private static final long NOW_MS = 1;
    private static final int FIRST_PORT = 20_000;
    private static final TransportAddress PLAIN_PEER = TransportAddress.parse("203.0.113.9:7000");
    private static final IpAddress RELAY = IpAddress.parse("192.0.2.1");
    private static final IpAddress CLIENTS = IpAddress.parse("198.51.100.1");

    private final Fib fib = new Fib(1, false);
    private final Lookup lookup = fib.newLookup();
    private final UnsafeBuffer packet = new UnsafeBuffer(ByteBuffer.allocateDirect(2048));
    private final ChannelData channelData = new ChannelData();
    private final DataIndication indication = new DataIndication();
    private final TransportAddress[] clients = new TransportAddress[ALLOCATIONS];
    private final TransportAddress[] relayed = new TransportAddress[ALLOCATIONS];
    private final int[] order = new SplittableRandom(1).ints(ORDER_LENGTH, 0, ALLOCATIONS).toArray();
    private int next;

    public LookupBenchmark() {
        fib.scope(
            new ClusterScope(Map.of(RELAY, List.of(new PortRange(FIRST_PORT, 65_535))), List.of(), ip -> false));
        for (int i = 0; i < ALLOCATIONS; i++) {
            clients[i] = TransportAddress.of(CLIENTS, FIRST_PORT + i);
            relayed[i] = TransportAddress.of(RELAY, FIRST_PORT + i);
        }
        for (int i = 0; i < ALLOCATIONS; i++) {
            fib.put(leg(i));
        }
    }

    private Leg leg(int index) {
        LegBuilder leg = Leg.builder(index, clients[index], fib.counters(index))
            .attachedTo(Leg.THIS_NODE, 0)
            .expiryMs(Long.MAX_VALUE)
            .relay(relayed[index], index)
            .channel(CHANNEL, PLAIN_PEER, Long.MAX_VALUE)
            .channel(CHANNEL + 1, relayed[index ^ 1], Long.MAX_VALUE);
        for (int i = 2; i < PERMISSIONS; i++) {
            leg.permission(new IpAddress(RELAY.high(), RELAY.low() + i), Long.MAX_VALUE);
        }
        return leg.permission(RELAY, Long.MAX_VALUE).permission(PLAIN_PEER.ip(), Long.MAX_VALUE).build();
    }

    private int nextIndex() {
        next = next + 1 & (ORDER_LENGTH - 1);
        return order[next];
    }

    /** ChannelData from a client to a plain peer. */
    @Benchmark
    public int clientToPeer() {
        return requireKind(fromClient(CHANNEL), Adjacency.PEER);
    }

    /** ChannelData from a client to another client of this node: two legs, both permissions, a new header. */
    @Benchmark
    public int clientToClient() {
        int adjacency = requireKind(fromClient(CHANNEL + 1), Adjacency.RELAY);
        ChannelData.writeHeader(packet, channelData.dataOffset(), lookup.channel(), channelData.dataLength());
        return adjacency;
    }

    private int fromClient(int channel) {
        ChannelData.writeHeader(packet, PAYLOAD_OFFSET, channel, PAYLOAD_LENGTH);
        int offset = PAYLOAD_OFFSET - ChannelData.HEADER_LENGTH;
        if (!channelData.wrap(packet, offset, ChannelData.HEADER_LENGTH + PAYLOAD_LENGTH)) {
            throw new AssertionError("not ChannelData");
        }
        TransportAddress client = clients[nextIndex()];
        return lookup
            .fromClientChannel(0, client.high(), client.low(), client.port(), channelData.channelNumber(), NOW_MS);
    }

    /** A plain peer's datagram to a client, as ChannelData. */
    @Benchmark
    public int peerToClientAsChannelData() {
        int adjacency = requireKind(fromPeer(PLAIN_PEER.port()), Adjacency.CLIENT);
        ChannelData.writeHeader(packet, PAYLOAD_OFFSET, lookup.channel(), PAYLOAD_LENGTH);
        return adjacency;
    }

    /** A plain peer's datagram to a client, as a Data indication. */
    @Benchmark
    public int peerToClientAsDataIndication() {
        int adjacency = requireKind(fromPeer(PLAIN_PEER.port() + 1), Adjacency.CLIENT);
        indication
            .write(packet, PAYLOAD_OFFSET, PAYLOAD_LENGTH, lookup.peerHigh(), lookup.peerLow(), lookup.peerPort());
        return adjacency;
    }

    private int fromPeer(int port) {
        return lookup.atRelay(relayed[nextIndex()]).fromPeer(PLAIN_PEER.high(), PLAIN_PEER.low(), port, NOW_MS);
    }

    private static int requireKind(int adjacency, int kind) {
        if (Adjacency.kind(adjacency) != kind) {
            throw new AssertionError("adjacency of kind " + Adjacency.kind(adjacency) + ", not " + kind);
        }
        return adjacency;
    }
}
