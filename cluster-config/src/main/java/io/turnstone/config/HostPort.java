package io.turnstone.config;

/**
 * {@code HOST:PORT}, an IPv6 host in square brackets; {@link #toString} writes it so again. Immutable, any thread.
 *
 * @param host a name or an IP address, without brackets
 * @param port 0 to 65535; 0 lets the system choose
 */
public record HostPort(String host, int port) {
    private static final int PORT_MAX = 0xFFFF;

    public HostPort {
        if (host.isBlank() || port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("'" + host + "' and " + port + " are not HOST:PORT");
        }
    }

    /** @throws IllegalArgumentException when {@code text} is not {@code HOST:PORT} */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("'" + text + "' is not HOST:PORT");
        }
        return new HostPort(host(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    private static String host(String text) {
        if (text.startsWith("[") && text.endsWith("]")) {
            String address = text.substring(1, text.length() - 1);
            IpLiteral.parse(address);
            return address;
        }
        if (text.indexOf(':') >= 0 || text.chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException("'" + text + "' is not a host (IPv6 in square brackets)");
        }
        return text;
    }

    /** As {@link #parse}, but the host must be an IP address: sockets bind addresses, not names. */
    static HostPort parseIp(String text) {
        HostPort address = parse(text);
        IpLiteral.parse(address.host);
        return address;
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
