package io.turnstone.config;

/**
 * Where a listener of streams is bound: {@code IP:PORT}, IPv6 as {@code [IP]:PORT}. Immutable, any thread.
 *
 * @param ip an IP address without brackets; a wildcard stands for all addresses of the machine
 * @param port 1 to 65535
 */
public record IpPort(String ip, int port) {
    public IpPort {
        if (port == 0) {
            throw new IllegalArgumentException("port 0 is none that a client could connect to");
        }
    }

    /** @throws IllegalArgumentException when {@code text} is not {@code IP:PORT} */
    public static IpPort parse(String text) {
        HostPort address = HostPort.parseIp(text);
        return new IpPort(address.host(), address.port());
    }

    public boolean isWildcard() {
        return IpLiteral.isWildcard(ip);
    }

    @Override
    public String toString() {
        return new HostPort(ip, port).toString();
    }
}
