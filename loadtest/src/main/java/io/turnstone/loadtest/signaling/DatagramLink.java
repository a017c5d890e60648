package io.turnstone.loadtest.signaling;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.loadtest.client.ClientLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.function.Consumer;

/** A socket of its own for each user agent. Nothing is sent again: for a server on this machine. */
final class DatagramLink implements SipLink {
    private final DatagramChannel channel;
    private final InetSocketAddress server;
    private final String host;

    /** @param received gets each message, on the loop */
    DatagramLink(ClientLoop loop, InetSocketAddress server, Consumer<String> received) {
        this.server = server;
        channel = loop.open(new InetSocketAddress(server.getAddress(), 0),
            (datagram, _) -> received.accept(UTF_8.decode(datagram).toString()));
        try {
            host = server.getHostString() + ":" + ((InetSocketAddress) channel.getLocalAddress()).getPort();
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    @Override
    public String transport() {
        return "UDP";
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public void send(String message) {
        try {
            channel.send(ByteBuffer.wrap(message.getBytes(UTF_8)), server);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot send to " + server, failed);
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
