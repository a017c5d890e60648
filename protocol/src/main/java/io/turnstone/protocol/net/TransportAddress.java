package io.turnstone.protocol.net;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An IP address and a port (RFC 8656 §3 "transport address") as a fixed-width key. Immutable, any thread.
 *
 * @param high the first 64 bits of the address
 * @param low the last 64 bits of the address
 * @param port 0 to 65535
 */
public record TransportAddress(long high, long low, int port) implements Comparable<TransportAddress> {
    public static final int PORT_MAX = 0xFFFF;

    public TransportAddress {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("port " + port + " is not within 0-65535");
        }
    }

    public static TransportAddress of(IpAddress address, int port) {
        return new TransportAddress(address.high(), address.low(), port);
    }

    /** @param address a resolved socket address */
    public static TransportAddress of(InetSocketAddress address) {
        return of(IpAddress.of(address.getAddress()), address.getPort());
    }

    /**
     * Parses {@code 192.0.2.1:3478} or {@code [2001:db8::1]:3478}; never resolves a name.
     *
     * @throws IllegalArgumentException with a sentence that quotes {@code text}
     */
    public static TransportAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean bareIpv6 = text.indexOf(':') != colon && !text.startsWith("[");
        if (colon <= 0 || bareIpv6) {
            throw new IllegalArgumentException("'" + text + "' is not IP:PORT (IPv6 in square brackets)");
        }
        return of(IpAddress.parse(text.substring(0, colon)), parsePort(text, colon + 1));
    }

    private static int parsePort(String text, int from) {
        try {
            int port = Integer.parseInt(text, from, text.length(), 10);
            if (port >= 0 && port <= PORT_MAX) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("'" + text + "' has no port within 0-65535", notANumber);
        }
        throw new IllegalArgumentException("'" + text + "' has no port within 0-65535");
    }

    public IpAddress ip() {
        return new IpAddress(high, low);
    }

    public boolean isIpv4() {
        return IpAddress.isIpv4(high, low);
    }

    public TransportAddress withPort(int otherPort) {
        return new TransportAddress(high, low, otherPort);
    }

    public InetSocketAddress toInetSocketAddress() {
        return new InetSocketAddress(ip().toInetAddress(), port);
    }

    /** A well-mixed hash over the three parts, the same on every node and in every release. */
    public static int hash(long high, long low, int port) {
        long mixed = (high ^ Long.rotateLeft(low, 29)) * 0x9E37_79B9_7F4A_7C15L + port;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        return (int) (mixed ^ mixed >>> 32);
    }

    /** Written out: what the language makes of a record is slow until it is compiled. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TransportAddress address && port == address.port && low == address.low
            && high == address.high;
    }

    @Override
    public int compareTo(TransportAddress other) {
        int byIp = ip().compareTo(other.ip());
        return byIp != 0 ? byIp : Integer.compare(port, other.port);
    }

    @Override
    public int hashCode() {
        return hash(high, low, port);
    }

    @Override
    public String toString() {
        return isIpv4() ? ip() + ":" + port : "[" + ip() + "]:" + port;
    }
}
