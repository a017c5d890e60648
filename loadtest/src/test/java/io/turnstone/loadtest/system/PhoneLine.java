package io.turnstone.loadtest.system;

import io.turnstone.loadtest.client.Loopback;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way of one phone's WebSocket to a node, which a test breaks, mends and leads to another node as a network and a
 * balancer do. Any thread; its own threads end with it.
 */
final class PhoneLine implements AutoCloseable {
    private final ServerSocket entrance;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile InetSocketAddress node;
    private volatile boolean broken;

    private PhoneLine(ServerSocket entrance, InetSocketAddress node) {
        this.entrance = entrance;
        this.node = node;
    }

    static PhoneLine to(InetSocketAddress node) {
        try {
            ServerSocket entrance = new ServerSocket();
            entrance.bind(Loopback.ipv4(0));
            PhoneLine line = new PhoneLine(entrance, node);
            Thread.ofVirtual().start(line::acceptAll);
            return line;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** Connections are reset, on both sides, and new ones come to nothing. */
    void breakOff() {
        broken = true;
        sockets.forEach(PhoneLine::reset);
    }

    /** Where new connections lead from now on. */
    void mend(InetSocketAddress to) {
        node = to;
        broken = false;
    }

    private void acceptAll() {
        while (!entrance.isClosed()) {
            try {
                Socket phone = entrance.accept();
                Thread.ofVirtual().start(() -> serve(phone));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** Until one of both sides ends, or the line breaks. */
    private void serve(Socket phone) {
        Socket server = new Socket();
        List<Socket> both = List.of(phone, server);
        sockets.addAll(both);
        try {
            if (broken) {
                reset(phone);
                return;
            }
            server.connect(node);
            Thread back = Thread.ofVirtual().start(() -> pass(server, phone));
            pass(phone, server);
            back.join();
        } catch (IOException refused) {
            reset(phone);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            both.forEach(PhoneLine::closeQuietly);
            both.forEach(sockets::remove);
        }
    }

    /** Both directions end with the first. */
    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException reset) {
            reset(to);
        } finally {
            closeQuietly(to);
            closeQuietly(from);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException closed) {
            // then it is closed already
        }
        closeQuietly(socket);
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        closeQuietly(entrance);
        sockets.forEach(PhoneLine::reset);
    }
}
