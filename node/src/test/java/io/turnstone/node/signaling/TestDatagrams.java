package io.turnstone.node.signaling;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.node.forwarding.MemorySockets;
import io.turnstone.node.transport.DatagramHandler;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/** Listeners of SIP over UDP without an operating system: what a test receives is there at the next poll. */
final class TestDatagrams extends MemorySockets {
    private final Deque<Datagram> waiting = new ArrayDeque<>();

    private record Datagram(int listener, TransportAddress source, UnsafeBuffer octets) {}

    TestDatagrams(String... listeners) {
        super(Stream.of(listeners).map(TransportAddress::parse).map(ServiceAddress::of).toList());
    }

    void receive(int listener, String source, byte[] octets) {
        waiting.add(new Datagram(listener, TransportAddress.parse(source), new UnsafeBuffer(octets.clone())));
    }

    /** @param text with LF for CRLF */
    void receive(int listener, String source, String text) {
        receive(listener, source, text.replace("\n", "\r\n").getBytes(UTF_8));
    }

    @Override
    public int poll(DatagramHandler handler, int limit) {
        int count = 0;
        for (; count < limit && !waiting.isEmpty(); count++) {
            Datagram next = waiting.remove();
            TransportAddress source = next.source();
            handler.onDatagram(
                LISTENER_SOCKET + next.listener(), next.octets(), 0, next.octets().capacity(), source.high(),
                source.low(), source.port());
        }
        return count;
    }

    /** All that was sent since the last time, as {@code listener > destination}, with its text. */
    List<String> sentTo() {
        return sent.stream().map(each -> each.socket() - LISTENER_SOCKET + " > " + each.to()).toList();
    }

    /** The message that was sent last. */
    TestMessage last() {
        UnsafeBuffer buffer = sent.getLast().buffer();
        return new TestMessage(Sip.text(buffer, 0, buffer.capacity()));
    }
}
