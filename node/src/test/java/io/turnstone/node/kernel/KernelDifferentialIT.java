package io.turnstone.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.fabric.FabricOutcome;
import io.turnstone.node.fib.ClusterScope;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.forwarding.MemorySockets;
import io.turnstone.node.forwarding.PacketPath;
import io.turnstone.node.forwarding.PacketThread;
import io.turnstone.node.forwarding.PathSettings;
import io.turnstone.node.kernel.Frames.Checksum;
import io.turnstone.node.kernel.Frames.Datagram;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.punt.PuntReason;
import io.turnstone.node.transport.DatagramSender;
import io.turnstone.node.transport.SocketInfo;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.turn.ChannelData;
import io.turnstone.protocol.turn.SendIndication;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Shows a million frames to the program in the kernel and to the packet path. What the program forwards, the packet path must
 * forward too, to the same place in the same form; what it does not, it must leave as it was.
 */
class KernelDifferentialIT {
    private static final int FRAMES = 500_000;
    private static final int FRAMES_PER_TURN = 200;
    private static final int FRAMES_PER_CHANGE = 10_000;
    private static final int FRAME_MAX = 3_000;
    private static final int LOOPBACK = 1;
    private static final int LENGTH_MAX = 1_280;
    private static final int HOPS = 64;
    private static final long EPOCH_MS = 1_700_000_000_000L;
    private static final List<PuntReason> NEWS = List.of(
        PuntReason.MOVED, PuntReason.MOVE_DATA, PuntReason.PEER_MOVED);

    private final MemorySockets sockets = new MemorySockets(RandomAllocations.LISTENERS);
    private final PuntQueue punts = new PuntQueue(1 << 20, () -> {});
    private final Map<String, Integer> forwarded = new TreeMap<>();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment input = arena.allocate(FRAME_MAX);
    private final MemorySegment output = arena.allocate(FRAME_MAX);
    private final KernelCalls calls = new KernelCalls();
    private final PacketThread thread = new PacketThread(0, 0, sockets,
        (node, frame, offset, length) -> FabricOutcome.SENT,
        new Nonces(ClusterKeys.ofSecrets(List.of("secret")), 600_000, new Random(1)));
    private final ChannelData channelData = new ChannelData();
    private final SendIndication indication = new SendIndication();
    private @Nullable LoadedProgram program;
    private long countedPackets;
    private long countedOctets;
    private long forwardedPackets;
    private long forwardedOctets;

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, true"})
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void shouldForwardWhatThePacketPathForwardsAndTouchNothingElse(long seed, boolean returnPathDirect)
        throws IOException {
        program = Privileges.load(calls);
        Random random = new Random(seed);
        Fib fib = new Fib(2, returnPathDirect);
        PortRange ports = new PortRange(RandomAllocations.RELAY_PORTS, 65_535);
        fib.scope(
            new ClusterScope(
                Map.of(RandomAllocations.RELAY_IPV4, List.of(ports), RandomAllocations.RELAY_IPV6, List.of(ports)),
                List.of(), ip -> false));
        RandomAllocations allocations = new RandomAllocations(random, fib, sockets);
        RandomFrames frames = new RandomFrames(random, allocations);
        PacketPath path = new PacketPath(sockets, fib, punts,
            new PathSettings("turnstone", false, 1, 50, PathSettings.Balancer.NONE, false), thread);
        try (KernelForwarding kernel = new KernelForwarding(
            calls, program, new OnlyLoopback(),
            new KernelForwarding.Parts(fib, this::nowMs, addresses(), this::count, 1))) {
            fib.mirror(kernel);
            for (int id = 0; id < RandomAllocations.COUNT; id++) {
                allocations.change(id, nowMs());
            }
            for (int i = 0; i < FRAMES; i++) {
                if (i % FRAMES_PER_TURN == 0) {
                    kernel.doWork();
                }
                if (i % FRAMES_PER_CHANGE == 0) {
                    allocations.change(random.nextInt(RandomAllocations.COUNT), nowMs());
                }
                compare(kernel, path, frames.next(), "seed " + seed + ", frame " + i);
            }
            for (int id = 0; id < RandomAllocations.COUNT; id++) {
                fib.remove(id);
            }
            assertThat(kernel.flows()).as("flows left without an allocation").isZero();
        }
        assertThat(countedPackets).as("packets counted").isEqualTo(forwardedPackets);
        assertThat(countedOctets).as("octets counted").isEqualTo(forwardedOctets);
        assertThat(forwarded.values()).as("every way: %s", forwarded).hasSize(16).allMatch(count -> count > 100);
        assertThat(forwardedPackets).isGreaterThan(FRAMES / 10);
    }

    private long nowMs() {
        return EPOCH_MS + TimeUnit.NANOSECONDS.toMillis(calls.monotonicNs());
    }

    private void count(int kind, long packets, long octets) {
        countedPackets += packets;
        countedOctets += octets;
    }

    /** A flow that user space has just forwarded; none if it was a client's and is named by a proxy or malformed. */
    private Optional<Flow> flow(Datagram datagram) {
        SocketInfo info = Objects.requireNonNull(sockets.info(socketAt(datagram.destination())));
        if (info.isRelay()) {
            return Optional.of(new Flow.OfPeer(info.advertised(), datagram.source()));
        }
        UnsafeBuffer payload = datagram.payload();
        if (channelData.wrap(payload, 0, payload.capacity())) {
            return Optional.of(new Flow.OfChannel(info.listener(), datagram.source(), channelData.channelNumber()));
        }
        return indication.wrap(payload, 0, payload.capacity())
            ? Optional.of(
                new Flow.OfIndications(
                    info.listener(), datagram.source(),
                    new TransportAddress(indication.peerHigh(), indication.peerLow(), indication.peerPort())))
            : Optional.empty();
    }

    private void compare(KernelForwarding kernel, PacketPath path, byte[] frame, String what) throws IOException {
        // Before the program runs, so that it cannot be ahead of the packet path: no later deadline is judged there.
        path.beginTurn(nowMs());
        MemorySegment.copy(frame, 0, input, ValueLayout.JAVA_BYTE, 0, frame.length);
        int length = Objects.requireNonNull(program).run(input, frame.length, output);
        Datagram came = Frames.read(ByteBuffer.wrap(frame), frame.length);
        long news = news();
        sockets.sent.clear();
        if (came != null) {
            receive(path, came);
        }
        if (output.asSlice(0, length).mismatch(input.asSlice(0, frame.length)) == -1) {
            if (came != null && sockets.sent.size() == 1) {
                flow(came).ifPresent(kernel::established);
            }
            return;
        }
        Datagram left = Frames.read(output.asByteBuffer(), length);
        assertThat(came).as(what + ": a socket would have got it").isNotNull();
        assertThat(left).as(what + ": well-formed").isNotNull();
        assertThat(sockets.sent).as(what + ": forwarded in user space").hasSize(1);
        assertThat(news()).as(what + ": nothing to tell").isEqualTo(news);
        assertSame(Objects.requireNonNull(came), Objects.requireNonNull(left), sockets.sent.getFirst(), what);
    }

    private long news() {
        return NEWS.stream().mapToLong(reason -> thread.counters().punts().get(reason)).sum();
    }

    private void receive(PacketPath path, Datagram datagram) {
        int socket = socketAt(datagram.destination());
        if (socket < 0) {
            return;
        }
        byte[] payload = datagram.octets();
        sockets.buffer().putBytes(DatagramSender.HEADROOM, payload);
        TransportAddress from = datagram.source();
        path.onDatagram(
            socket, sockets.buffer(), DatagramSender.HEADROOM, payload.length, from.high(), from.low(), from.port());
    }

    private int socketAt(TransportAddress local) {
        for (int i = 0; i < RandomAllocations.LISTENERS.size(); i++) {
            if (RandomAllocations.LISTENERS.get(i).local().equals(local)) {
                return MemorySockets.LISTENER_SOCKET + i;
            }
        }
        int id = local.port() - RandomAllocations.RELAY_PORTS;
        boolean known = id >= 0 && id < RandomAllocations.COUNT
            && local.equals(RandomAllocations.localRelay(id, local.isIpv4()));
        return known ? RandomAllocations.socket(id, local.isIpv4()) : -1;
    }

    private void assertSame(Datagram came, Datagram left, MemorySockets.Sent sent, String what) {
        SocketInfo from = Objects.requireNonNull(sockets.info(sent.socket()));
        assertThat(left.source()).as(what).isEqualTo(from.local());
        assertThat(left.destination()).as(what).isEqualTo(sent.to());
        assertThat(sent.dontFragment()).as(what).isFalse();
        byte[] expected = new byte[sent.length()];
        sent.buffer().getBytes(0, expected);
        boolean indication = !from.isRelay() && sent.buffer().getByte(0) == 0;
        if (indication) {
            // The transaction id and what is masked with it: any will do, and RFC 8489 §14.2 says how they belong together.
            assertThat(sent.buffer().getShort(0, ByteOrder.BIG_ENDIAN)).isEqualTo((short) StunType.DATA_INDICATION);
            adoptTransactionId(expected, left.octets());
        }
        assertThat(left.octets()).as(what).isEqualTo(expected);
        assertThat(left.hops()).as(what).isEqualTo(HOPS);
        assertThat(left.ipLength()).as(what).isLessThanOrEqualTo(LENGTH_MAX);
        assertThat(left.checksum()).as(what)
            .isIn(Checksum.BOTH, came.checksum() == Checksum.PARTIAL ? Checksum.PARTIAL : Checksum.FULL);
        assertThat(came.checksum()).as(what).isNotEqualTo(Checksum.BOTH);
        note(came, from, indication, left);
    }

    private static void adoptTransactionId(byte[] expected, byte[] actual) {
        int addressLength = expected[23] - 4;
        for (int i = 4; i < addressLength; i++) {
            expected[28 + i] ^= (byte) (expected[4 + i] ^ actual[4 + i]);
        }
        System.arraycopy(actual, 8, expected, 8, 12);
    }

    private void note(Datagram came, SocketInfo from, boolean indication, Datagram left) {
        byte[] payload = came.octets();
        boolean toListener = came.destination().port() == RandomAllocations.LISTENERS.getFirst().local().port();
        String in = !toListener ? "peer's" : payload[0] == 0 ? "indication" : "channel";
        String out = from.isRelay() ? "peer" : indication ? "indication" : "channel";
        forwarded.merge(in + ">" + out + (came.source().isIpv4() ? " IPv4" : " IPv6"), 1, Integer::sum);
        forwardedPackets++;
        forwardedOctets += dataLength(payload, in, left, out);
    }

    private static int dataLength(byte[] payload, String in, Datagram left, String out) {
        if (in.equals("peer's")) {
            return payload.length;
        }
        if (in.equals("channel")) {
            return ByteBuffer.wrap(payload).getShort(2) & 0xFFFF;
        }
        return switch (out) {
            case "peer" -> left.octets().length;
            case "channel" -> ByteBuffer.wrap(left.octets()).getShort(2) & 0xFFFF;
            default -> ByteBuffer.wrap(left.octets()).getShort(20 + 4 + left.octets()[23] + 2) & 0xFFFF;
        };
    }

    private LocalAddresses addresses() {
        return new LocalAddresses() {
            @Override
            public TransportAddress ofListener(int listener) {
                return RandomAllocations.LISTENERS.get(listener).local();
            }

            @Override
            public @Nullable TransportAddress ofRelay(int socket) {
                SocketInfo info = sockets.info(socket);
                return info == null ? null : info.local();
            }

            @Override
            public int listenerAt(TransportAddress local) {
                throw new UnsupportedOperationException("nothing is inherited");
            }

            @Override
            public @Nullable TransportAddress relayedAt(TransportAddress local) {
                throw new UnsupportedOperationException("nothing is inherited");
            }
        };
    }

    /** Everything leaves by the interface that the program is tried on. */
    private static final class OnlyLoopback implements Routes {
        @Override
        public Link of(IpAddress source, IpAddress destination) {
            return new Link(LOOPBACK, LENGTH_MAX);
        }

        @Override
        public void close() {}
    }
}
