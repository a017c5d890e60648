package io.turnstone.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every way of doing datagram I/O has to do. A subclass says how its sockets are opened. */
@Timeout(30)
abstract class DatagramIoContract {
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(5);
    static final TransportAddress IPV4 = TransportAddress.parse("127.0.0.1:0");
    private static final TransportAddress IPV6 = TransportAddress.parse("[::1]:0");

    private final List<Received> received = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    private record Received(int socket, int offset, String text, TransportAddress source) {}

    /** What is tested. */
    abstract DatagramLayer layer();

    private Sockets open(List<ServiceAddress> addresses, int forwarders, boolean patient) throws IOException {
        return DatagramSockets.open(addresses, new SocketSettings(layer(), forwarders, 1 << 20, 0, true, patient));
    }

    @AfterEach
    void closeAll() throws Exception {
        Collections.reverse(opened);
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    final Sockets sockets(int forwarders, TransportAddress... addresses) throws IOException {
        Sockets sockets = open(Arrays.stream(addresses).map(ServiceAddress::of).toList(), forwarders, false);
        opened.add(sockets);
        return sockets;
    }

    private DatagramSocket client(String ip) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName(ip));
        socket.setSoTimeout(5_000);
        opened.add(socket);
        return socket;
    }

    private static TransportAddress addressOf(DatagramSocket socket) {
        return TransportAddress.of(IpAddress.of(socket.getLocalAddress()), socket.getLocalPort());
    }

    private static void send(DatagramSocket from, TransportAddress to, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        from.send(new DatagramPacket(bytes, bytes.length, to.toInetSocketAddress()));
    }

    private static DatagramPacket receive(DatagramSocket at) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[0xFFFF], 0xFFFF);
        at.receive(packet);
        return packet;
    }

    private static String textOf(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    private void onDatagram(
        int socket, MutableDirectBuffer buffer, int offset, int length, long high, long low, int port) {
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        received.add(new Received(socket, offset, new String(bytes, StandardCharsets.UTF_8),
            new TransportAddress(high, low, port)));
    }

    private void pollUntil(DatagramIo io, int count) {
        long deadlineNs = System.nanoTime() + WAIT_NS;
        while (received.size() < count && System.nanoTime() - deadlineNs < 0) {
            if (io.poll(this::onDatagram, 100) == 0) {
                io.await(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
        assertThat(received).hasSizeGreaterThanOrEqualTo(count);
    }

    private static boolean sendText(DatagramSender from, int socket, String text, TransportAddress to) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean sent = from.send(socket, new UnsafeBuffer(bytes), 0, bytes.length, to.high(), to.low(), to.port());
        from.flush();
        return sent;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldDeliverADatagramWithItsSourceAndHeadroom(String ip) throws IOException {
        Sockets sockets = sockets(1, TransportAddress.of(IpAddress.parse(ip), 0));
        DatagramSocket client = client(ip);
        send(client, sockets.listeners().getFirst().local(), "hello");
        pollUntil(sockets.io(0), 1);
        Received datagram = received.getFirst();
        assertThat(datagram.text()).isEqualTo("hello");
        assertThat(datagram.source()).isEqualTo(addressOf(client));
        assertThat(datagram.socket()).isEqualTo(sockets.listenerSocket(0, 0));
        assertThat(datagram.offset()).isGreaterThanOrEqualTo(DatagramSender.HEADROOM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldAnswerFromTheAddressThatWasSentTo(String ip) throws IOException {
        Sockets sockets = sockets(1, TransportAddress.of(IpAddress.parse(ip), 0));
        DatagramSocket client = client(ip);
        assertThat(sendText(sockets.io(0), sockets.listenerSocket(0, 0), "answer", addressOf(client))).isTrue();
        DatagramPacket answer = receive(client);
        assertThat(textOf(answer)).isEqualTo("answer");
        assertThat(answer.getSocketAddress())
            .isEqualTo(sockets.listeners().getFirst().local().toInetSocketAddress());
    }

    @Test
    void shouldHandOverEmptyAndLongestDatagrams() throws IOException {
        Sockets sockets = sockets(1, IPV4);
        DatagramSocket client = client("127.0.0.1");
        send(client, sockets.listeners().getFirst().local(), "");
        send(client, sockets.listeners().getFirst().local(), "x".repeat(65_507));
        pollUntil(sockets.io(0), 2);
        assertThat(received.get(0).text()).isEmpty();
        assertThat(received.get(1).text()).hasSize(65_507);
    }

    @Test
    void shouldSendFromItsOwnBufferWithoutTouchingTheReceivedDatagram() throws IOException {
        Sockets sockets = sockets(1, IPV4);
        DatagramIo io = sockets.io(0);
        DatagramSocket client = client("127.0.0.1");
        send(client, sockets.listeners().getFirst().local(), "echo");
        long deadlineNs = System.nanoTime() + WAIT_NS;
        DatagramHandler echo = (socket, buffer, offset, length, high, low, port) -> {
            buffer.putByte(offset - 1, (byte) '>');
            io.send(socket, buffer, offset - 1, length + 1, high, low, port);
            onDatagram(socket, buffer, offset, length, high, low, port);
        };
        while (io.poll(echo, 1) == 0 && System.nanoTime() - deadlineNs < 0) {
            io.await(TimeUnit.MILLISECONDS.toNanos(100));
        }
        io.flush();
        assertThat(textOf(receive(client))).isEqualTo(">echo");
        assertThat(received.getFirst().text()).isEqualTo("echo");
    }

    @Test
    void shouldReceiveOnARelaySocketAtItsForwarderOnly() throws IOException {
        Sockets sockets = sockets(2, IPV4);
        DatagramSocket peer = client("127.0.0.1");
        TransportAddress free = freePort();
        int relay = sockets.openRelay(free, free, 1, false);
        send(peer, free, "for one");
        pollUntil(sockets.io(1), 1);
        assertThat(received.getFirst().socket()).isEqualTo(relay);
        assertThat(sockets.io(0).poll(this::onDatagram, 10)).isZero();
    }

    @Test
    void shouldTellWhatASocketIsFor() throws IOException {
        Sockets sockets = sockets(1, IPV4);
        TransportAddress local = freePort();
        TransportAddress advertised = TransportAddress.parse("192.0.2.7:50000");
        int relay = sockets.openRelay(local, advertised, 0, false);
        assertThat(sockets.info(relay)).isEqualTo(new SocketInfo(SocketInfo.RELAY, local, advertised));
        assertThat(sockets.relaySocketOf(advertised)).isEqualTo(relay);
        assertThat(sockets.relaySocketBoundTo(local)).isEqualTo(relay);
        assertThat(sockets.info(sockets.listenerSocket(0, 0)))
            .isEqualTo(
                new SocketInfo(0, sockets.listeners().getFirst().local(), sockets.listeners().getFirst().local()));
    }

    @Test
    void shouldSendFromARelaySocketByAnotherThreadsSender() throws IOException {
        Sockets sockets = sockets(1, IPV4);
        DatagramSocket peer = client("127.0.0.1");
        TransportAddress free = freePort();
        int relay = sockets.openRelay(free, free, 0, false);
        assertThat(sendText(sockets.newSender(), relay, "lane", addressOf(peer))).isTrue();
        assertThat(receive(peer).getPort()).isEqualTo(free.port());
    }

    @Test
    void shouldFreeThePortAndForgetTheHandleWhenARelayIsClosed() throws IOException {
        Sockets sockets = sockets(1, IPV4);
        TransportAddress free = freePort();
        int first = sockets.openRelay(free, free, 0, false);
        sockets.closeRelay(first);
        sockets.io(0).poll(this::onDatagram, 1);
        int second = sockets.openRelay(free, free, 0, false);
        assertThat(second).isNotEqualTo(first);
        assertThat(sockets.info(first)).isNull();
        assertThat(sendText(sockets.io(0), first, "late", IPV4.withPort(9))).isFalse();
        assertThat(sockets.count(TransportCounter.SEND_SOCKET_CLOSED)).isOne();
    }

    @Test
    void shouldRefuseASecondRelayOnTheSamePort() throws IOException {
        Sockets sockets = sockets(1, IPV4);
        TransportAddress free = freePort();
        sockets.openRelay(free, free, 0, false);
        assertThatThrownBy(() -> sockets.openRelay(free, free, 0, false))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(free.toString());
    }

    @Test
    void shouldShareAListenerPortAmongForwarders() throws IOException {
        Sockets sockets = sockets(3, IPV4);
        TransportAddress service = sockets.listeners().getFirst().local();
        for (int i = 0; i < 64; i++) {
            send(client("127.0.0.1"), service, "from " + i);
        }
        long deadlineNs = System.nanoTime() + WAIT_NS;
        int[] perForwarder = new int[3];
        while (received.size() < 64 && System.nanoTime() - deadlineNs < 0) {
            for (int i = 0; i < 3; i++) {
                perForwarder[i] += sockets.io(i).poll(this::onDatagram, 10);
            }
        }
        assertThat(perForwarder).doesNotContain(0);
        assertThat(received.stream().map(Received::text)).doesNotHaveDuplicates().hasSize(64);
    }

    @Test
    void shouldLeaveATakenPortToItsHolderUntilToldToListen() throws IOException {
        Sockets holder = sockets(1, IPV4);
        TransportAddress service = holder.listeners().getFirst().local();
        Sockets patient = open(List.of(ServiceAddress.of(service)), 1, true);
        opened.add(patient);
        int listener = patient.listenerSocket(0, 0);
        assertThat(sendText(patient.io(0), listener, "too early", IPV4.withPort(9))).isFalse();
        for (int i = 0; i < 64; i++) {
            send(client("127.0.0.1"), service, "from " + i);
        }
        pollUntil(holder.io(0), 64);

        patient.listen();
        patient.listen();
        for (int i = 0; i < 64; i++) {
            send(client("127.0.0.1"), service, "again from " + i);
        }
        assertThat(patient.io(0).poll(this::onDatagram, 64)).isBetween(1, 63);
        assertThat(received.getLast().socket()).isEqualTo(listener);
    }

    /** Nodes that start together ask whether the port of their listener is taken, each by binding it alone for a moment. */
    @Test
    void shouldJoinAPortThatAnotherProcessOnlyAsksFor() throws Exception {
        DatagramSocket asking = client("127.0.0.1");
        TransportAddress service = addressOf(asking);
        Thread ending = Thread.ofVirtual().start(() -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            asking.close();
        });

        assertThat(sockets(2, service).listeners()).hasSize(1);
        ending.join();
    }

    @Test
    void shouldSayThatAPortIsTakenByOneWhoKeepsIt() throws IOException {
        TransportAddress taken = addressOf(client("127.0.0.1"));

        assertThatThrownBy(() -> sockets(1, taken)).hasMessageStartingWith("cannot bind UDP " + taken);
    }

    @Test
    void shouldTellAtOnceOfAnAddressThatIsNotThisMachines() {
        List<ServiceAddress> foreign = List.of(ServiceAddress.of(TransportAddress.parse("192.0.2.1:3478")));
        assertThatThrownBy(() -> open(foreign, 1, true)).hasMessageContaining("192.0.2.1");
    }

    @Test
    void shouldHaveBothFamiliesOnOnePort() throws IOException {
        Sockets ipv4 = sockets(1, IPV4);
        int port = ipv4.listeners().getFirst().local().port();
        Sockets ipv6 = sockets(1, IPV6.withPort(port));
        DatagramSocket client = client("127.0.0.1");
        send(client, IPV4.withPort(port), "to v4");
        pollUntil(ipv4.io(0), 1);
        assertThat(ipv6.io(0).poll(this::onDatagram, 10)).isZero();
    }

    @Test
    void shouldServeARelayWhileAListenerIsFlooded() throws IOException {
        Sockets sockets = sockets(1, IPV4);
        TransportAddress free = freePort();
        int relay = sockets.openRelay(free, free, 0, false);
        DatagramSocket client = client("127.0.0.1");
        for (int i = 0; i < 500; i++) {
            send(client, sockets.listeners().getFirst().local(), "flood");
        }
        send(client, free, "media");
        int polled = 0;
        while (received.stream().noneMatch(datagram -> datagram.socket() == relay) && polled < 500) {
            polled += Math.max(1, sockets.io(0).poll(this::onDatagram, 10));
        }
        assertThat(polled).isLessThanOrEqualTo(200);
    }

    @Test
    void shouldDeliverNoMoreThanTheLimit() throws IOException {
        Sockets sockets = sockets(1, IPV4);
        DatagramSocket client = client("127.0.0.1");
        for (int i = 0; i < 10; i++) {
            send(client, sockets.listeners().getFirst().local(), "n" + i);
        }
        assertThat(sockets.io(0).poll(this::onDatagram, 3)).isEqualTo(3);
        pollUntil(sockets.io(0), 10);
        assertThat(received.stream().map(Received::text)).containsExactly(
            "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9");
    }

    @Test
    void shouldEndAWaitWhenWokenUp() throws IOException {
        Sockets sockets = sockets(1, IPV4);
        sockets.io(0).wakeup();
        long startNs = System.nanoTime();
        sockets.io(0).await(TimeUnit.SECONDS.toNanos(20));
        assertThat(System.nanoTime() - startNs).isLessThan(TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void shouldCountWhatCannotBeSentAndGoOn() throws IOException {
        Sockets sockets = sockets(1, IPV4);
        DatagramIo io = sockets.io(0);
        int socket = sockets.listenerSocket(0, 0);
        DatagramSocket client = client("127.0.0.1");
        assertThat(sendText(io, socket, "port 0", IPV4)).isFalse();
        assertThat(sendText(io, socket, "family", IPV6.withPort(9))).isFalse();
        assertThat(sendText(io, socket, "x".repeat(65_535), addressOf(client))).isFalse();
        assertThat(sendText(io, socket, "fine", addressOf(client))).isTrue();
        assertThat(sockets.count(TransportCounter.SEND_IMPOSSIBLE)).isEqualTo(2);
        assertThat(sockets.count(TransportCounter.SEND_FAILED)).isOne();
        assertThat(textOf(receive(client))).isEqualTo("fine");
    }

    @Test
    void shouldOutliveAnUnreachablePort() throws IOException {
        Sockets sockets = sockets(1, IPV4);
        DatagramIo io = sockets.io(0);
        TransportAddress nobody = freePort();
        for (int i = 0; i < 3; i++) {
            assertThat(sendText(io, sockets.listenerSocket(0, 0), "anyone?", nobody)).isTrue();
            io.poll(this::onDatagram, 10);
        }
        send(client("127.0.0.1"), sockets.listeners().getFirst().local(), "still here");
        pollUntil(io, 1);
    }

    /** Over IPv6 loopback this length needs fragments, which the DF bit forbids; over IPv4 it just fits. */
    @Test
    void shouldForbidFragmentsForOneDatagramOnly() throws IOException {
        Sockets sockets = sockets(1, IPV6);
        DatagramIo io = sockets.io(0);
        int socket = sockets.listenerSocket(0, 0);
        DatagramSocket client = client("::1");
        TransportAddress to = addressOf(client);
        UnsafeBuffer longest = new UnsafeBuffer(new byte[65_507]);
        assertThat(io.sendDontFragment(socket, longest, 0, 65_507, to.high(), to.low(), to.port())).isFalse();
        assertThat(io.send(socket, longest, 0, 65_507, to.high(), to.low(), to.port())).isTrue();
        io.flush();
        assertThat(receive(client).getLength()).isEqualTo(65_507);
        assertThat(io.sendDontFragment(socket, longest, 0, 100, to.high(), to.low(), to.port())).isTrue();
        assertThat(receive(client).getLength()).isEqualTo(100);
    }

    /** A port that was free a moment ago. */
    static TransportAddress freePort() throws IOException {
        try (DatagramSocket probe = new DatagramSocket(IPV4.toInetSocketAddress())) {
            return addressOf(probe);
        }
    }
}
