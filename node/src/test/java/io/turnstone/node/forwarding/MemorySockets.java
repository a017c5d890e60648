package io.turnstone.node.forwarding;

import io.turnstone.node.transport.DatagramHandler;
import io.turnstone.node.transport.DatagramIo;
import io.turnstone.node.transport.DatagramLayer;
import io.turnstone.node.transport.DatagramSender;
import io.turnstone.node.transport.PortSteering;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.node.transport.SocketInfo;
import io.turnstone.node.transport.Sockets;
import io.turnstone.node.transport.TransportCounter;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Listeners and relay sockets without an operating system; remembers what was sent, if asked to. */
public class MemorySockets implements Sockets, DatagramIo {
    public static final int LISTENER_SOCKET = 5;
    static final int RELAY_SOCKET = 9;
    static final TransportAddress SERVICE = TransportAddress.parse("192.0.2.1:3478");

    public final List<Sent> sent = new ArrayList<>();
    boolean remembers = true;
    boolean accepts = true;
    long count;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[HEADROOM + DATAGRAM_LENGTH_MAX + TAILROOM]);
    private final List<ServiceAddress> listeners;
    private final Map<Integer, SocketInfo> infos = new HashMap<>();

    public record Sent(int socket, TransportAddress to, boolean dontFragment, UnsafeBuffer buffer) {
        public int length() {
            return buffer.capacity();
        }
    }

    MemorySockets(TransportAddress relayed) {
        this(List.of(ServiceAddress.of(SERVICE)));
        relay(RELAY_SOCKET, relayed, relayed);
    }

    /** The socket of the listener with index i is {@link #LISTENER_SOCKET} + i. */
    public MemorySockets(List<ServiceAddress> listeners) {
        this.listeners = List.copyOf(listeners);
        for (int i = 0; i < listeners.size(); i++) {
            ServiceAddress address = listeners.get(i);
            infos.put(LISTENER_SOCKET + i, new SocketInfo(i, address.local(), address.advertised()));
        }
    }

    public void relay(int socket, TransportAddress local, TransportAddress relayed) {
        infos.put(socket, new SocketInfo(SocketInfo.RELAY, local, relayed));
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
        byte[] octets = new byte[length];
        from.getBytes(offset, octets);
        sent.add(new Sent(socket, to, dontFragment, new UnsafeBuffer(octets)));
    }

    @Override
    public @Nullable SocketInfo info(int socket) {
        return infos.get(socket);
    }

    @Override
    public int listenerSocket(int index, int forwarder) {
        return LISTENER_SOCKET + index;
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
        return listeners;
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
    public void gatherRelays(
        List<TransportAddress> carriers, boolean exclusive, PortSteering steering, int ownMax) {
        throw new UnsupportedOperationException("there is one relay socket already");
    }

    @Override
    public boolean gathersRelays() {
        return false;
    }

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
