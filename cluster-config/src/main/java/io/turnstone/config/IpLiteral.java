package io.turnstone.config;

import java.net.InetAddress;
import java.util.regex.Pattern;

/** Reads IP addresses as text without ever asking a name server. */
final class IpLiteral {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private IpLiteral() {}

    /** @throws IllegalArgumentException when {@code text} is no IPv4 or IPv6 address */
    static InetAddress parse(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address");
        }
        return InetAddress.ofLiteral(text);
    }

    static int bits(String text) {
        return parse(text).getAddress().length * Byte.SIZE;
    }

    static boolean isWildcard(String text) {
        return parse(text).isAnyLocalAddress();
    }
}
