package io.turnstone.config;

import java.util.Locale;

/**
 * An address of an upstream for SIP: {@code TRANSPORT:HOST[:PORT]}. Immutable, any thread.
 *
 * @param transport what requests go by
 * @param host without a port where that is asked for
 */
public record TrunkAddress(Transport transport, SipHost host) {
    /** What a request to an upstream may go by. */
    public enum Transport {
        UDP,
        TCP,
        TLS
    }

    /** @throws IllegalArgumentException when {@code text} is not {@code TRANSPORT:HOST[:PORT]} */
    public static TrunkAddress parse(String text) {
        int colon = text.indexOf(':');
        Transport transport = switch (colon < 0 ? "" : text.substring(0, colon)) {
            case "udp" -> Transport.UDP;
            case "tcp" -> Transport.TCP;
            case "tls" -> Transport.TLS;
            default -> throw new IllegalArgumentException("'" + text + "' begins with no transport");
        };
        return new TrunkAddress(transport, SipHost.parse(text.substring(colon + 1)));
    }

    /** The name or IP address alone, without brackets. */
    public String name() {
        String text = host.host();
        return text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
    }

    @Override
    public String toString() {
        return transport.name().toLowerCase(Locale.ROOT) + ":" + host;
    }
}
