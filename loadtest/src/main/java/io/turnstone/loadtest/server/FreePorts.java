package io.turnstone.loadtest.server;

import io.turnstone.loadtest.client.Loopback;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Ports that nobody uses, below the range from which the kernel picks ports for clients, so that no client takes one in
 * between. Two processes that look at the same time start from different places. Long rows have a part of their own, so that
 * single ports do not leave gaps only that are too short.
 */
public final class FreePorts {
    private static final int FIRST = 10_240;
    private static final int FIRST_OF_LONG_ROWS = 15_360;
    private static final int END = 32_000;
    private static final int LONG_ROW = 4_096;
    private static final int HEARD_WITHIN_MS = 200;
    private static final AtomicInteger NEXT = new AtomicInteger(
        (int) (ProcessHandle.current().pid() * 131 % ((FIRST_OF_LONG_ROWS - FIRST) / 64)) * 64);

    private FreePorts() {}

    /** One port, free for UDP and TCP. */
    public static int one() {
        return range(1);
    }

    /** The first of {@code count} ports in a row, all of them free for UDP, the first also for TCP. */
    public static int range(int count) {
        boolean isLong = count >= LONG_ROW;
        int from = isLong ? FIRST_OF_LONG_ROWS : FIRST;
        int end = isLong ? END : FIRST_OF_LONG_ROWS;
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int first = from + Math.floorMod(isLong ? attempt : NEXT.getAndAdd(count), end - from);
            if (first + count <= end && isFreeForTcp(first) && UdpSockets.bound(first, count) == 0
                && IntStream.range(first, first + count).allMatch(FreePorts::isHeard)) {
                return first;
            }
        }
        throw new IllegalStateException("no " + count + " free ports in a row within " + from + "-" + end);
    }

    /**
     * Whether what is sent to that UDP port comes to whoever has bound it. A node that has its relayed addresses on one
     * socket does not bind their ports: of those that are allocated the kernel gives it what others have bound.
     */
    public static boolean isHeard(int port) {
        try (DatagramSocket udp = new DatagramSocket(Loopback.ipv4(port))) {
            udp.setSoTimeout(HEARD_WITHIN_MS);
            udp.send(new DatagramPacket(new byte[1], 1, Loopback.ipv4(port)));
            udp.receive(new DatagramPacket(new byte[1], 1));
            return true;
        } catch (IOException takenOrSilent) {
            return false;
        }
    }

    private static boolean isFreeForTcp(int port) {
        try (ServerSocket tcp = new ServerSocket()) {
            tcp.setReuseAddress(true);
            tcp.bind(Loopback.ipv4(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
