package io.turnstone.loadtest.server;

import io.turnstone.loadtest.client.Credentials;
import java.net.InetSocketAddress;

/** A TURN server in a process of its own on this machine, with one user whose credentials are known. */
public interface TurnServer extends AutoCloseable {
    String name();

    ServerProcess process();

    InetSocketAddress address();

    InetSocketAddress ipv6Address();

    Credentials credentials();

    @Override
    default void close() {
        process().close();
    }
}
