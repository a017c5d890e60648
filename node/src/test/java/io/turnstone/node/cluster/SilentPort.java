package io.turnstone.node.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port of loopback that neither accepts a connection nor refuses it, as one of a machine that is out of reach. */
final class SilentPort implements AutoCloseable {
    private static final int CONNECT_WITHIN_MS = 200;
    private static final int CONNECTIONS_MAX = 64;

    private final ServerSocket listener;
    private final List<Socket> queued = new ArrayList<>();

    /** Fills the queue of connections that nobody takes: from then on the kernel drops those who ask. */
    SilentPort(int port) throws IOException {
        listener = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        for (int i = 0; i < CONNECTIONS_MAX; i++) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_WITHIN_MS);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
        throw new IllegalStateException("port " + port + " takes every connection");
    }

    /** HOST:PORT. */
    String name() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : queued) {
            socket.close();
        }
    }
}
