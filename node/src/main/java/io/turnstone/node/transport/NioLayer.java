package io.turnstone.node.transport;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

/** Datagrams by NIO, on every platform. */
final class NioLayer implements SocketLayer<NioSocket> {
    private final SocketTable<NioSocket> table;
    private final TransportCells cells;
    private final int bufferBytes;
    private final List<NioDatagramIo> ios = new ArrayList<>();

    NioLayer(SocketTable<NioSocket> table, TransportCells cells, SocketSettings settings) throws IOException {
        this.table = table;
        this.cells = cells;
        this.bufferBytes = settings.bufferBytes();
        for (int i = 0; i < settings.forwarders(); i++) {
            CounterCells<TransportCounter> counters = cells.newCells();
            ios.add(new NioDatagramIo(new NioSender(table, counters), counters));
        }
    }

    @Override
    public NioSocket bind(TransportAddress local, boolean shared) throws IOException {
        return NioSocket.open(local, shared, bufferBytes);
    }

    @Override
    public void gather(TransportAddress carrier, int socketsMax) throws IOException {
        throw new IOException("Java's channels cannot tell which port a datagram was sent to");
    }

    @Override
    public NioSocket bindCarrier(IpAddress local) {
        throw new UnsupportedOperationException("nothing has been gathered");
    }

    @Override
    public NioSocket inRange(TransportAddress local, int handle) {
        throw new UnsupportedOperationException("nothing has been gathered");
    }

    @Override
    public int descriptor(NioSocket socket) {
        throw new UnsupportedOperationException("Java's channels hide their descriptors");
    }

    @Override
    public void receive(NioSocket socket, int forwarder) throws ClosedChannelException {
        ios.get(forwarder).register(socket);
    }

    /** The port is free again only when the selector has forgotten the channel. */
    @Override
    public void close(NioSocket socket) {
        socket.close();
        ios.forEach(DatagramIo::wakeup);
    }

    @Override
    public DatagramIo io(int forwarder) {
        return ios.get(forwarder);
    }

    @Override
    public DatagramSender newSender() {
        return new NioSender(table, cells.newCells());
    }

    @Override
    public void close() {
        ios.forEach(NioDatagramIo::close);
    }
}
