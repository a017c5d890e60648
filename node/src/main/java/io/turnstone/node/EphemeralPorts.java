package io.turnstone.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports that Linux may give to any program that asks for none in particular: {@code ip_local_port_range} without
 * {@code ip_local_reserved_ports} (Linux Documentation/networking/ip-sysctl.rst). Immutable.
 */
record EphemeralPorts(Range given, List<Range> reserved) {
    private static final Path DIRECTORY = Path.of("/proc/sys/net/ipv4");

    private static final int FILE_LENGTH_MAX = 1 << 16;

    /** Both ends belong to it. */
    record Range(int first, int last) {
        boolean contains(int port) {
            return port >= first && port <= last;
        }

        @Override
        public String toString() {
            return first + "-" + last;
        }
    }

    /** @throws IOException if this machine does not tell */
    static EphemeralPorts ofThisMachine() throws IOException {
        return parse(
            read("ip_local_port_range"),
            read("ip_local_reserved_ports"));
    }

    /** In one call: the kernel answers a second one as if the file had ended. */
    private static String read(String file) throws IOException {
        byte[] octets = new byte[FILE_LENGTH_MAX];
        try (InputStream in = Files.newInputStream(DIRECTORY.resolve(file))) {
            int length = in.read(octets);
            return new String(octets, 0, Math.max(0, length), StandardCharsets.US_ASCII);
        }
    }

    /**
     * @param given two numbers
     * @param reserved ports and ranges FIRST-LAST between commas, or nothing
     */
    static EphemeralPorts parse(String given, String reserved) {
        String[] ends = given.strip().split("\\s+", -1);
        List<Range> ranges = new ArrayList<>();
        for (String range : reserved.strip().split(",", -1)) {
            if (!range.isEmpty()) {
                String[] bounds = range.split("-", -1);
                ranges.add(new Range(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[bounds.length - 1])));
            }
        }
        return new EphemeralPorts(new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[1])), ranges);
    }

    /** Whether Linux may give away a port from {@code first} to {@code last}. */
    boolean reach(int first, int last) {
        for (int port = Math.max(first, given.first); port <= Math.min(last, given.last); port++) {
            int candidate = port;
            if (reserved.stream().noneMatch(range -> range.contains(candidate))) {
                return true;
            }
        }
        return false;
    }
}
