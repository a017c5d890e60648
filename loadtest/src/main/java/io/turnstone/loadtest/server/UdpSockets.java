package io.turnstone.loadtest.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the kernel says about this machine's UDP sockets. */
public final class UdpSockets {
    private UdpSockets() {}

    /** How many are bound to one of {@code count} ports from {@code first} on, whatever the address. */
    public static int bound(int first, int count) {
        return (int) Stream.of("/proc/net/udp", "/proc/net/udp6")
            .flatMap(UdpSockets::lines)
            .mapToInt(
                UdpSockets::localPort)
            .filter(port -> port >= first && port < first + count)
            .count();
    }

    private static Stream<String> lines(String table) {
        try {
            return Files.readAllLines(Path.of(table)).stream().skip(1);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The port in a line such as {@code 12: 0100007F:1F90 00000000:0000 07 …}. */
    private static int localPort(String line) {
        String local = line.strip().split("\\s+", 3)[1];
        return Integer.parseInt(local.substring(local.lastIndexOf(':') + 1), 16);
    }
}
