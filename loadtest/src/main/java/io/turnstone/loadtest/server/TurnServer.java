package io.turnstone.loadtest.server;

import io.turnstone.loadtest.client.Credentials;
import io.turnstone.loadtest.client.Loopback;
import java.net.InetSocketAddress;

/** A TURN server in a process of its own on this machine, with one user whose credentials are known. */
public interface TurnServer extends AutoCloseable {
    String name();

    ServerProcess process();

    /** Its UDP port for clients, on loopback in both families. */
    int port();

    Credentials credentials();

    default InetSocketAddress address() {
        return Loopback.ipv4(port());
    }

    default InetSocketAddress ipv6Address() {
        return Loopback.ipv6(port());
    }

    @Override
    default void close() {
        process().close();
    }
}
