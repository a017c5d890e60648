package io.turnstone.loadtest.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** A peer with a plain UDP socket and no TURN of its own. Every method may be called from any thread. */
public final class PlainPeer implements AutoCloseable {
    private final DatagramChannel channel;
    private volatile Handler handler = (payload, source) -> {};

    /** On the loop; the buffer is reused at once. */
    public interface Handler {
        void onPayload(ByteBuffer payload, InetSocketAddress source);
    }

    PlainPeer(ClientLoop loop, InetSocketAddress local) {
        this.channel = loop.open(local, (datagram, source) -> handler.onPayload(datagram, source));
    }

    public PlainPeer onPayload(Handler payloadHandler) {
        this.handler = payloadHandler;
        return this;
    }

    /** Sends every payload back to where it came from. */
    public PlainPeer echoing() {
        return onPayload(this::send);
    }

    public boolean send(ByteBuffer payload, InetSocketAddress to) {
        try {
            return channel.send(payload, to) > 0;
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    public InetSocketAddress address() {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
