package io.turnstone.node.demo;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.function.IntPredicate;

/** Hands out ports that nobody holds, each once, upwards from a start below the system's ephemeral range. One thread. */
final class FreePorts {
    private static final int PORT_MAX = 32_767;

    private int next;

    FreePorts(int start) {
        next = start;
    }

    /** The first of {@code count} neighbouring UDP ports. */
    int udp(InetAddress address, int count) {
        return take(count, port -> isFreeUdp(address, port));
    }

    int tcp(InetAddress address) {
        return take(1, port -> isFreeTcp(address, port));
    }

    private int take(int count, IntPredicate isFree) {
        int run = 0;
        while (run < count) {
            if (next > PORT_MAX) {
                throw new IllegalStateException("no free ports up to " + PORT_MAX + " on this machine");
            }
            run = isFree.test(next++) ? run + 1 : 0;
        }
        return next - count;
    }

    static boolean isFreeUdp(InetAddress address, int port) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, port))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    static boolean isFreeTcp(InetAddress address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
