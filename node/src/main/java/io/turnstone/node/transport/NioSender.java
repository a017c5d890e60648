package io.turnstone.node.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends through NIO channels for one thread. */
final class NioSender implements DatagramSender {
    private static final int REMEMBERED_ADDRESSES = 1 << 15;

    private final SocketTable<NioSocket> table;
    private final CounterCells<TransportCounter> counters;
    private final SocketAddressCache addresses;
    private final ByteBuffer own = newBuffer();
    private final UnsafeBuffer ownBuffer = new UnsafeBuffer(own);
    private final ByteBuffer copy = newBuffer();

    NioSender(SocketTable<NioSocket> table, CounterCells<TransportCounter> counters) {
        this.table = table;
        this.counters = counters;
        this.addresses = new SocketAddressCache(REMEMBERED_ADDRESSES, counters);
    }

    private static ByteBuffer newBuffer() {
        return ByteBuffer.allocateDirect(HEADROOM + DATAGRAM_LENGTH_MAX + TAILROOM);
    }

    @Override
    public MutableDirectBuffer buffer() {
        return ownBuffer;
    }

    /** The memory of {@link #buffer}, with a position of its own. */
    ByteBuffer newView() {
        return own.duplicate();
    }

    @Override
    public boolean send(int socket, DirectBuffer buffer, int offset, int length, long high, long low, int port) {
        return send(socket, datagram(buffer, offset, length), high, low, port, false);
    }

    @Override
    public boolean sendDontFragment(
        int socket, DirectBuffer buffer, int offset, int length, long high, long low, int port) {
        return send(socket, datagram(buffer, offset, length), high, low, port, true);
    }

    @SuppressWarnings("ReferenceEquality") // equal octets elsewhere are not this memory
    private ByteBuffer datagram(DirectBuffer buffer, int offset, int length) {
        if (buffer == ownBuffer) {
            return own.limit(offset + length).position(offset);
        }
        copy.clear();
        buffer.getBytes(offset, copy, 0, length);
        return copy.limit(length);
    }

    private boolean send(int handle, ByteBuffer datagram, long high, long low, int port, boolean dontFragment) {
        NioSocket socket = table.get(handle);
        if (socket == null) {
            return lost(TransportCounter.SEND_SOCKET_CLOSED);
        }
        if (!socket.canReach(high, low, port)) {
            return lost(TransportCounter.SEND_IMPOSSIBLE);
        }
        InetSocketAddress to = addresses.get(high, low, port);
        int length = datagram.remaining();
        try {
            int sent = dontFragment ? socket.sendDontFragment(datagram, to) : socket.channel().send(datagram, to);
            return sent == length || lost(TransportCounter.SEND_BUFFER_FULL);
        } catch (ClosedChannelException e) {
            return lost(TransportCounter.SEND_SOCKET_CLOSED);
        } catch (IOException e) {
            return lost(TransportCounter.SEND_FAILED);
        }
    }

    /** Nothing was queued. */
    @Override
    public void flush() {}

    private boolean lost(TransportCounter reason) {
        counters.increment(reason);
        return false;
    }
}
