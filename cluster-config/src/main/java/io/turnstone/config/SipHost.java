package io.turnstone.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code HOST[:PORT]} as it stands in a SIP URI (RFC 3261 §25.1, hostport). Immutable, any thread.
 *
 * @param host a name or an IPv4 address, or an IPv6 address in square brackets; in lower case
 * @param port 0 where none is given
 */
public record SipHost(String host, int port) {
    private static final Pattern FORM = Pattern
        .compile("(\\[[0-9A-Fa-f:.]+]|[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?)(?::(\\d{1,5}))?");
    private static final int PORT_MAX = 0xFFFF;

    /** @throws IllegalArgumentException when {@code text} is no host and no host with a port */
    public static SipHost parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not HOST[:PORT]");
        }
        String host = matcher.group(1).toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) {
            IpLiteral.parse(host.substring(1, host.length() - 1));
        }
        String port = matcher.group(2);
        int number = port == null ? 0 : Integer.parseInt(port);
        if (port != null && (number == 0 || number > PORT_MAX)) {
            throw new IllegalArgumentException("'" + port + "' is no port");
        }
        return new SipHost(host, number);
    }

    @Override
    public String toString() {
        return port == 0 ? host : host + ":" + port;
    }
}
