package io.turnstone.node.forwarding;

import io.turnstone.node.transport.DatagramHandler;
import io.turnstone.node.transport.DatagramIo;
import io.turnstone.node.transport.DatagramLayer;
import io.turnstone.node.transport.DatagramSender;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.node.transport.SocketInfo;
import io.turnstone.node.transport.Sockets;
import io.turnstone.node.transport.TransportCounter;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** One listener and one relay socket without an operating system; remembers what was sent, if asked to. */
final class MemorySockets implements Sockets, DatagramIo {
    static final int LISTENER_SOCKET = 5;
    static final int RELAY_SOCKET = 9;
    static final TransportAddress SERVICE = TransportAddress.parse("192.0.2.1:3478");

    final List<Sent> sent = new ArrayList<>();
    boolean remembers = true;
    boolean accepts = true;
    long count;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[HEADROOM + DATAGRAM_LENGTH_MAX + TAILROOM]);
    private final SocketInfo listener = new SocketInfo(0, SERVICE, SERVICE);
    private final SocketInfo relay;

    record Sent(int socket, TransportAddress to, boolean dontFragment, List<Byte> octets) {
        UnsafeBuffer buffer() {
            byte[] bytes = new byte[octets.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = octets.get(i);
            }
            return new UnsafeBuffer(bytes);
        }

        int length() {
            return octets.size();
        }
    }

    MemorySockets(TransportAddress relayed) {
        relay = new SocketInfo(SocketInfo.RELAY, relayed, relayed);
    }

    @Override
    public boolean send(int socket, DirectBuffer from, int offset, int length, long high, long low, int port) {
        count++;
        if (remembers) {
            remember(socket, from, offset, length, new TransportAddress(high, low, port), false);
        }
        return accepts;
    }

    @Override
    public boolean sendDontFragment(
        int socket, DirectBuffer from, int offset, int length, long high, long low, int port) {
        remember(socket, from, offset, length, new TransportAddress(high, low, port), true);
        return accepts;
    }

    private void remember(
        int socket, DirectBuffer from, int offset, int length, TransportAddress to, boolean dontFragment) {
        List<Byte> octets = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            octets.add(from.getByte(offset + i));
        }
        sent.add(new Sent(socket, to, dontFragment, octets));
    }

    @Override
    public @Nullable SocketInfo info(int socket) {
        return switch (socket) {
            case LISTENER_SOCKET -> listener;
            case RELAY_SOCKET -> relay;
            default -> null;
        };
    }

    @Override
    public int listenerSocket(int index, int forwarder) {
        return LISTENER_SOCKET;
    }

    @Override
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    @Override
    public void flush() {}

    @Override
    public DatagramLayer layer() {
        return DatagramLayer.NIO;
    }

    @Override
    public DatagramIo io(int forwarder) {
        return this;
    }

    @Override
    public int forwarders() {
        return 1;
    }

    @Override
    public DatagramSender newSender() {
        return this;
    }

    @Override
    public List<ServiceAddress> listeners() {
        return List.of(ServiceAddress.of(SERVICE));
    }

    @Override
    public void listen() {}

    @Override
    public int poll(DatagramHandler handler, int limit) {
        return 0;
    }

    @Override
    public void await(long timeoutNs) {}

    @Override
    public void wakeup() {}

    @Override
    public int openRelay(TransportAddress local, TransportAddress relayed, int forwarder, boolean shared) {
        throw new UnsupportedOperationException("there is one relay socket already");
    }

    @Override
    public void closeRelay(int socket) {}

    @Override
    public int relaySocketOf(TransportAddress relayed) {
        return RELAY_SOCKET;
    }

    @Override
    public int relaySocketBoundTo(TransportAddress local) {
        return RELAY_SOCKET;
    }

    @Override
    public long count(TransportCounter counter) {
        return 0;
    }

    @Override
    public void close() {}
}
