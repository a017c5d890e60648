package io.turnstone.loadtest.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Socket addresses on this machine, by literal: never a name, never a look-up. */
public final class Loopback {
    private Loopback() {}

    public static InetSocketAddress ipv4(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    public static InetSocketAddress ipv6(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("::1"), port);
    }
}
