package io.turnstone.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.fabric.FabricPublisher;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.transport.DatagramLayer;
import io.turnstone.node.transport.DatagramSender;
import io.turnstone.node.transport.DatagramSockets;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.node.transport.SocketSettings;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.turn.ChannelData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a forwarded packet costs the heap: nothing. */
@Timeout(60)
class NoAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 20_000;
    private static final int PACKETS = 100_000;
    private static final int LOOPBACK_PACKETS = 5_000;
    /** Until the calls of the system are compiled, they allocate. */
    private static final int LOOPBACK_WARM_UP = 40_000;
    /** The JDK's selector finds a socket by an Integer, which it has to make where the file descriptor is above 127. */
    private static final long SELECTION_BYTES_MAX = 16;

    private static final int SLICES = 500_000;

    /** Also tells of flows that move, as where the kernel forwards them. */
    private final PathFixture it = new PathFixture(
        new PathSettings("turnstone", false, PathFixture.INCARNATION, 50, PathSettings.Balancer.NONE, true));
    private int forwarded;

    NoAllocationTest() {
        it.sockets.remembers = false;
    }

    /**
     * As the rest of a process does: a call that is free of allocation only while the compiler has seen one kind of memory
     * is not free of it in a node.
     */
    @BeforeAll
    static void useMemoryOfEveryKind() throws IOException {
        Path file = Files.createTempFile("turnstone", "mapped");
        try (Arena arena = Arena.ofConfined();
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
            List<MemorySegment> kinds = List.of(
                MemorySegment.ofArray(new byte[8]),
                MemorySegment.ofArray(new int[2]),
                MemorySegment.ofArray(new long[1]),
                arena.allocate(8),
                channel.map(FileChannel.MapMode.READ_WRITE, 0, 8, arena));
            long octets = 0;
            for (int i = 0; i < SLICES; i++) {
                octets += kinds.get(i % kinds.size()).asSlice(0, ValueLayout.JAVA_BYTE).byteSize();
            }
            assertThat(octets).isEqualTo(SLICES);
        }
    }

    private static long allocatedBy(Runnable packet, int warmUp, int packets) {
        for (int i = 0; i < warmUp; i++) {
            packet.run();
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < packets; i++) {
            packet.run();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private void assertAllocatesNothing(int socket, TransportAddress source, byte[] datagram) {
        long sentBefore = it.sockets.count;
        long bytes = allocatedBy(() -> it.receive(socket, source, datagram, datagram.length), WARM_UP, PACKETS);
        assertThat(it.sockets.count - sentBefore).isEqualTo(WARM_UP + PACKETS);
        assertThat(bytes / PACKETS).isZero();
    }

    @Test
    void shouldAllocateNothingForChannelData() {
        assertAllocatesNothing(MemorySockets.LISTENER_SOCKET, PathFixture.ALICE, channelData());
    }

    @Test
    void shouldAllocateNothingForSendIndications() {
        byte[] datagram = PathFixture.stun(
            StunType.SEND_INDICATION,
            writer -> writer.xorAddress(StunAttribute.XOR_PEER_ADDRESS, PathFixture.BOB_RELAYED)
                .bytes(StunAttribute.DATA, new byte[160]));
        assertAllocatesNothing(MemorySockets.LISTENER_SOCKET, PathFixture.ALICE, datagram);
    }

    @Test
    void shouldAllocateNothingForPeersDatagrams() {
        assertAllocatesNothing(MemorySockets.RELAY_SOCKET, PathFixture.PEER, new byte[160]);
        assertAllocatesNothing(MemorySockets.RELAY_SOCKET, PathFixture.PEER.withPort(1), new byte[160]);
    }

    @Test
    void shouldAllocateNothingForProxiedClients() {
        PathFixture behindProxy = new PathFixture(
            new PathSettings(
                "turnstone",
                false,
                1,
                50,
                new PathSettings.Balancer(List.of(IpPrefix.parse("10.0.0.0/8")), List.of(), () -> true),
                false));
        behindProxy.sockets.remembers = false;
        TransportAddress proxy = TransportAddress.parse("10.0.0.5:33333");
        byte[] datagram = ProxiedPathTest.proxied(0x21, PathFixture.ALICE, MemorySockets.SERVICE, channelData());
        long bytes = allocatedBy(
            () -> behindProxy.receive(MemorySockets.LISTENER_SOCKET, proxy, datagram, datagram.length),
            WARM_UP,
            PACKETS);
        assertThat(behindProxy.sockets.count).isEqualTo(WARM_UP + PACKETS);
        assertThat(bytes / PACKETS).isZero();
    }

    @Test
    void shouldAllocateNothingForAnswersInPlace() {
        PathFixture generous = new PathFixture(
            new PathSettings("turnstone", false, 1, 1_000_000, PathSettings.Balancer.NONE, false));
        generous.sockets.remembers = false;
        byte[] binding = PathFixture.stun(StunType.BINDING_REQUEST, writer -> {});
        byte[] allocate = PathFixture.stun(
            StunType.ALLOCATE_REQUEST, writer -> writer.u32(StunAttribute.REQUESTED_TRANSPORT, 17 << 24));
        long bytes = allocatedBy(() -> {
            generous.fromAlice(binding);
            generous.fromAlice(allocate);
        }, WARM_UP, PACKETS);
        assertThat(generous.sockets.count).isEqualTo(2 * (WARM_UP + PACKETS));
        assertThat(bytes / PACKETS).isZero();
    }

    private static byte[] channelData() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[ChannelData.HEADER_LENGTH + 160]);
        ChannelData.writeHeader(buffer, ChannelData.HEADER_LENGTH, PathFixture.CHANNEL, 160);
        return buffer.byteArray();
    }

    /**
     * One sender per socket, so the JDK has no new source address to make. The turns include waiting in the selector.
     */
    @ParameterizedTest
    @EnumSource(DatagramLayer.class)
    void shouldAllocateNothingOfItsOwnOverRealSockets(DatagramLayer layer) throws IOException {
        assumeThat(layer == DatagramLayer.NIO || DatagramLayer.best() == layer).isTrue();
        TransportAddress any = TransportAddress.parse("127.0.0.1:0");
        SocketSettings settings = new SocketSettings(layer, 1, 1 << 20, 0, true, false);
        try (Sockets sockets = DatagramSockets.open(List.of(ServiceAddress.of(any)), settings);
            DatagramChannel client = DatagramChannel.open().bind(any.toInetSocketAddress());
            DatagramChannel peer = DatagramChannel.open().bind(any.toInetSocketAddress())) {
            peer.configureBlocking(false);
            ForwarderAgent agent = agentFor(sockets, address(client), address(peer));
            InetSocketAddress service = sockets.listeners().getFirst().local().toInetSocketAddress();
            ByteBuffer datagram = ByteBuffer.allocateDirect(ChannelData.HEADER_LENGTH + 160).put(channelData());
            CrewThread thread = new ForwarderCrew(
                List.of(agent), List.of(), System::nanoTime,
                ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime)
                .threads()
                .getFirst();
            Runnable packet = () -> {
                send(client, datagram, service);
                thread.idle(0);
                forwarded += agent.doWork();
            };
            long bytes = allocatedBy(packet, LOOPBACK_WARM_UP, LOOPBACK_PACKETS);
            assertThat(received(peer)).isPositive();
            assertThat(forwarded).isEqualTo(LOOPBACK_WARM_UP + LOOPBACK_PACKETS);
            assertThat(bytes / LOOPBACK_PACKETS)
                .isLessThanOrEqualTo(layer == DatagramLayer.NIO ? SELECTION_BYTES_MAX : 0);
        }
    }

    private static void send(DatagramChannel from, ByteBuffer datagram, InetSocketAddress to) {
        try {
            from.send(datagram.rewind(), to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ForwarderAgent agentFor(Sockets sockets, TransportAddress client, TransportAddress peer)
        throws IOException {
        TransportAddress relayed = TransportAddress.parse("127.0.0.1:0");
        Fib fib = new Fib(1, false);
        int relay = sockets.openRelay(relayed, relayed, 0, false);
        fib.put(
            Leg.builder(1, client, fib.counters(1))
                .attachedTo(Leg.THIS_NODE, 0)
                .expiryMs(Long.MAX_VALUE)
                .relay(relayed, relay)
                .permission(peer.ip(), Long.MAX_VALUE)
                .channel(PathFixture.CHANNEL, peer, Long.MAX_VALUE)
                .build());
        DatagramSender sender = sockets.io(0);
        Nonces nonces = new Nonces(ClusterKeys.ofSecrets(List.of("secret")), 600_000, new Random(1));
        PacketThread thread = new PacketThread(0, 0, sender, FabricPublisher.NONE, nonces);
        PuntQueue punts = new PuntQueue(1 << 16, () -> {});
        PacketPath path = new PacketPath(sockets, fib, punts, PathFixture.SETTINGS, thread);
        return new ForwarderAgent(thread, sockets, path, () -> PathFixture.NOW_MS);
    }

    private static TransportAddress address(DatagramChannel channel) throws IOException {
        return TransportAddress.of((InetSocketAddress) channel.getLocalAddress());
    }

    private static int received(DatagramChannel channel) throws IOException {
        int count = 0;
        ByteBuffer into = ByteBuffer.allocateDirect(2048);
        while (channel.receive(into.clear()) != null) {
            count++;
        }
        return count;
    }
}
