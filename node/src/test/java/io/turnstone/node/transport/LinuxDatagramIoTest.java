package io.turnstone.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LinuxDatagramIoTest extends DatagramIoContract {
    private static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int ROUNDS = 50;

    private Sockets receiver;
    private Sockets sender;
    private TransportAddress service;

    @Override
    DatagramLayer layer() {
        return DatagramLayer.LINUX;
    }

    @BeforeEach
    void openTwo() throws IOException {
        receiver = sockets(1, IPV4);
        sender = sockets(1, IPV4);
        service = receiver.listeners().getFirst().local();
    }

    private void queue(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sender.io(0)
            .send(
                sender.listenerSocket(0, 0), new UnsafeBuffer(bytes), 0, bytes.length, service.high(), service.low(),
                service.port());
    }

    /** What arrives on the receiver, each with octets written in front, as a relay does. */
    private List<String> received(int count) {
        return received(count, ROUNDS);
    }

    private List<String> received(int count, int rounds) {
        List<String> texts = new ArrayList<>();
        DatagramHandler handler = (socket, buffer, offset, length, high, low, port) -> {
            byte[] bytes = new byte[length];
            buffer.getBytes(offset, bytes);
            texts.add(new String(bytes, StandardCharsets.UTF_8));
            buffer.setMemory(offset - DatagramSender.HEADROOM, DatagramSender.HEADROOM, (byte) '#');
            buffer.setMemory(offset + length, DatagramSender.TAILROOM, (byte) '#');
        };
        for (int round = 0; round < rounds && texts.size() < count; round++) {
            if (receiver.io(0).poll(handler, 256) == 0) {
                receiver.io(0).await(WAIT_NS);
            }
        }
        return texts;
    }

    /** Over loopback a train arrives as it was sent. */
    @Test
    void shouldTakeATrainApart() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            expected.add(String.format("%03d", i).repeat(400));
            queue(expected.getLast());
        }
        expected.add("a shorter one ends it");
        queue(expected.getLast());
        expected.add("and this is another");
        queue(expected.getLast());
        sender.io(0).flush();
        assertThat(received(11)).isEqualTo(expected);
    }

    @Test
    void shouldSendMoreThanATrainAndMoreThanTheQueueHolds() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            expected.add("number " + i);
            queue(expected.getLast());
            if (i % 300 == 299) {
                sender.io(0).flush();
                assertThat(received(300)).isEqualTo(expected.subList(i - 299, i + 1));
            }
        }
    }

    /** 65,507 octets leave no room for a second datagram in a train. */
    @Test
    void shouldSendLongDatagramsAlone() {
        for (int i = 0; i < 3; i++) {
            queue("x".repeat(30_000 + i));
        }
        sender.io(0).flush();
        assertThat(received(3)).extracting(String::length).containsExactly(30_000, 30_001, 30_002);
    }

    /** The answers are copied, since they lie elsewhere, while every slot holds a request that is still to be read. */
    @Test
    void shouldAnswerAFullBatchFromAForeignBuffer() throws IOException {
        try (DatagramSocket client = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            client.setSoTimeout(5_000);
            int requests = 2 * DatagramSlots.COUNT;
            for (int i = 0; i < requests; i++) {
                byte[] bytes = ("request " + i).getBytes(StandardCharsets.UTF_8);
                client.send(new DatagramPacket(bytes, bytes.length, service.toInetSocketAddress()));
            }
            DatagramIo io = receiver.io(0);
            UnsafeBuffer answer = new UnsafeBuffer(new byte[100]);
            DatagramHandler handler = (socket, buffer, offset, length, high, low, port) -> {
                answer.putBytes(0, buffer, offset, length);
                io.send(socket, answer, 0, length, high, low, port);
            };
            int answered = 0;
            for (int round = 0; round < ROUNDS && answered < requests; round++) {
                answered += io.poll(handler, requests);
                io.await(WAIT_NS);
            }
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            for (int i = 0; i < requests; i++) {
                client.receive(packet);
                assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8))
                    .isEqualTo("request " + i);
            }
        }
    }

    /** Otherwise what was queued for a closed socket would leave from the next one that is opened. */
    @Test
    void shouldNotReuseADescriptorThatSomethingIsQueuedFor() throws IOException {
        TransportAddress first = freePort();
        int closed = sender.openRelay(first, first, 0, false);
        byte[] late = {1, 2, 3};
        sender.io(0).send(closed, new UnsafeBuffer(late), 0, 3, service.high(), service.low(), service.port());
        sender.closeRelay(closed);
        TransportAddress second = freePort();
        sender.openRelay(second, second, 0, false);
        sender.io(0).flush();
        assertThat(received(1, 2)).isEmpty();
        assertThat(sender.count(TransportCounter.SEND_SOCKET_CLOSED)).isOne();
    }

    /** How many datagrams of those sent to each of two forwarders it delivers without waiting. */
    private static int polled(DatagramIo io) {
        int[] count = new int[1];
        while (io.poll((socket, buffer, offset, length, high, low, port) -> count[0]++, 64) > 0) {
            // bounded by what was sent
        }
        return count[0];
    }

    @Test
    void shouldWaitForAnotherOneThatItAttends() throws IOException {
        Sockets both = sockets(2, IPV4);
        DatagramIo lead = both.io(0);
        DatagramIo other = both.io(1);
        service = freePort();
        both.openRelay(service, service, 1, false);
        assertThat(lead.attend(other)).isTrue();
        assertThat(polled(other)).isZero();
        for (int i = 0; i < 3; i++) {
            queue("for the other");
            sender.io(0).flush();
            lead.await(TimeUnit.SECONDS.toNanos(5));
            assertThat(polled(lead)).isZero();
            assertThat(polled(other)).isEqualTo(1);
        }
        lead.dismiss(other);
        queue("for the other alone");
        sender.io(0).flush();
        long beganNs = System.nanoTime();
        lead.await(WAIT_NS);
        assertThat(System.nanoTime() - beganNs).isGreaterThan(WAIT_NS / 2);
        other.await(TimeUnit.SECONDS.toNanos(5));
        assertThat(polled(other)).isEqualTo(1);
    }

    @Test
    void shouldBeWokenByAWakeupOfOneThatItAttends() throws IOException {
        Sockets both = sockets(2, IPV4);
        both.io(0).attend(both.io(1));
        polled(both.io(1));
        both.io(1).wakeup();
        long beganNs = System.nanoTime();
        both.io(0).await(TimeUnit.SECONDS.toNanos(5));
        assertThat(System.nanoTime() - beganNs).isLessThan(TimeUnit.SECONDS.toNanos(4));
    }
}
