package io.turnstone.loadtest.benchmark;

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
import java.nio.ByteBuffer;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One listener, and a relay socket for each handle above it; what is sent is counted and forgotten. One thread. */
final class NoSockets implements Sockets, DatagramIo {
    static final int LISTENER = 0;

    private final ServiceAddress service;
    private final SocketInfo listener;
    private final SocketInfo[] relays;
    private final UnsafeBuffer buffer = new UnsafeBuffer(
        ByteBuffer.allocateDirect(HEADROOM + DATAGRAM_LENGTH_MAX + TAILROOM));
    private long sent;

    /** @param relayed the address of the relay socket with handle 1, 2 … */
    NoSockets(TransportAddress service, TransportAddress[] relayed) {
        this.service = ServiceAddress.of(service);
        this.listener = new SocketInfo(0, service, service);
        this.relays = new SocketInfo[relayed.length];
        for (int i = 0; i < relayed.length; i++) {
            relays[i] = new SocketInfo(SocketInfo.RELAY, relayed[i], relayed[i]);
        }
    }

    long sent() {
        return sent;
    }

    @Override
    public SocketInfo info(int socket) {
        return socket == LISTENER ? listener : relays[socket - 1];
    }

    @Override
    public int listenerSocket(int index, int forwarder) {
        return LISTENER;
    }

    @Override
    public boolean send(int socket, DirectBuffer from, int offset, int length, long high, long low, int port) {
        sent++;
        return true;
    }

    @Override
    public boolean sendDontFragment(
        int socket, DirectBuffer from, int offset, int length, long high, long low, int port) {
        return send(socket, from, offset, length, high, low, port);
    }

    @Override
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    @Override
    public void flush() {}

    @Override
    public List<ServiceAddress> listeners() {
        return List.of(service);
    }

    @Override
    public DatagramIo io(int forwarder) {
        return this;
    }

    @Override
    public DatagramSender newSender() {
        return this;
    }

    @Override
    public DatagramLayer layer() {
        return DatagramLayer.NIO;
    }

    @Override
    public int forwarders() {
        return 1;
    }

    @Override
    public int poll(DatagramHandler handler, int limit) {
        return 0;
    }

    @Override
    public void await(long timeoutNs) {}

    @Override
    public void wakeup() {}

    @Override
    public void listen() {}

    @Override
    public void gatherRelays(
        List<TransportAddress> carriers, boolean exclusive, PortSteering steering, int ownMax) {
        throw new UnsupportedOperationException("all relay sockets are there");
    }

    @Override
    public boolean gathersRelays() {
        return false;
    }

    @Override
    public int openRelay(TransportAddress local, TransportAddress relayed, int forwarder, boolean shared) {
        throw new UnsupportedOperationException("all relay sockets are there");
    }

    @Override
    public void closeRelay(int socket) {}

    @Override
    public int relaySocketOf(TransportAddress relayed) {
        return NONE;
    }

    @Override
    public int relaySocketBoundTo(TransportAddress local) {
        return NONE;
    }

    @Override
    public long count(TransportCounter counter) {
        return 0;
    }

    @Override
    public void close() {}
}
