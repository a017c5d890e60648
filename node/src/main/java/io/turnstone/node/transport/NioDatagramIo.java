package io.turnstone.node.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A selector and a sender. What a selection finds ready is served in turn, a bounded burst from each socket, before the
 * next selection; what a burst leaves is found again by that.
 */
final class NioDatagramIo implements DatagramIo {
    private static final int BURST_OF_LISTENER = 64;
    private static final int BURST_OF_RELAY = 16;

    private final Selector selector;
    private final NioSender sender;
    private final CounterCells<TransportCounter> counters;
    private final ByteBuffer view;
    private final ArrayList<NioSocket> ready = new ArrayList<>();
    private final Consumer<SelectionKey> onReady = this::onReady;
    private int next;

    NioDatagramIo(NioSender sender, CounterCells<TransportCounter> counters) throws IOException {
        this.selector = Selector.open();
        this.sender = sender;
        this.counters = counters;
        this.view = sender.newView();
    }

    /** Begins to receive on a socket. Any thread. */
    void register(NioSocket socket) throws ClosedChannelException {
        socket.channel().register(selector, SelectionKey.OP_READ, socket);
        selector.wakeup();
    }

    private void onReady(SelectionKey key) {
        ready.add((NioSocket) key.attachment());
    }

    @Override
    public int poll(DatagramHandler handler, int limit) {
        if (next == ready.size()) {
            ready.clear();
            next = 0;
            select(0);
        }
        int delivered = 0;
        while (next < ready.size() && delivered < limit) {
            NioSocket socket = ready.get(next++);
            int burst = socket.info().isRelay() ? BURST_OF_RELAY : BURST_OF_LISTENER;
            delivered += drain(socket, handler, Math.min(burst, limit - delivered));
        }
        return delivered;
    }

    private int drain(NioSocket socket, DatagramHandler handler, int burst) {
        for (int delivered = 0; delivered < burst; delivered++) {
            int length = receive(socket);
            if (length < 0) {
                return delivered;
            }
            handler.onDatagram(
                socket.handle(),
                sender.buffer(),
                HEADROOM,
                length,
                socket.sourceHigh(),
                socket.sourceLow(),
                socket.sourcePort());
        }
        return burst;
    }

    private int receive(NioSocket socket) {
        view.limit(HEADROOM + DATAGRAM_LENGTH_MAX).position(HEADROOM);
        try {
            return socket.receive(view);
        } catch (ClosedChannelException closedMeanwhile) {
            return -1;
        } catch (IOException e) {
            counters.increment(TransportCounter.RECEIVE_FAILED);
            return -1;
        }
    }

    @Override
    public void await(long timeoutNs) {
        if (next == ready.size() && timeoutNs > 0) {
            ready.clear();
            next = 0;
            select(TimeUnit.NANOSECONDS.toMillis(timeoutNs + TimeUnit.MILLISECONDS.toNanos(1) - 1));
        }
    }

    private void select(long timeoutMs) {
        try {
            if (timeoutMs == 0) {
                selector.selectNow(onReady);
            } else {
                selector.select(onReady, timeoutMs);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the selector of a forwarder failed", e);
        }
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public MutableDirectBuffer buffer() {
        return sender.buffer();
    }

    @Override
    public boolean send(int socket, DirectBuffer buffer, int offset, int length, long high, long low, int port) {
        return sender.send(socket, buffer, offset, length, high, low, port);
    }

    @Override
    public boolean sendDontFragment(
        int socket, DirectBuffer buffer, int offset, int length, long high, long low, int port) {
        return sender.sendDontFragment(socket, buffer, offset, length, high, low, port);
    }

    @Override
    public void flush() {
        sender.flush();
    }

    /** After the thread has stopped. Closed sockets give up their ports at a selection, so there is a last one. */
    void close() {
        try {
            selector.selectNow(onReady);
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the selector of a forwarder could not be closed", e);
        }
    }
}
