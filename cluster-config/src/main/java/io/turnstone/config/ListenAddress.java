package io.turnstone.config;

/**
 * A UDP listener: {@code IP:PORT[=PUBLIC_IP:PORT]}. Immutable, any thread.
 *
 * @param bind what the socket is bound to
 * @param advertised the service address that clients send to, such as the balancer's; {@code bind} when none was given
 */
public record ListenAddress(HostPort bind, HostPort advertised) {
    public ListenAddress {
        if (bind.port() == 0 || advertised.port() == 0 || IpLiteral.isWildcard(advertised.host())) {
            throw new IllegalArgumentException(bind + " has no address and port that a client could send to");
        }
        if (IpLiteral.bits(bind.host()) != IpLiteral.bits(advertised.host())) {
            throw new IllegalArgumentException(bind + " and " + advertised + " are not of one address family");
        }
    }

    /** @throws IllegalArgumentException when {@code text} is no listener, or a wildcard without its public part */
    public static ListenAddress parse(String text) {
        int equals = text.indexOf('=');
        HostPort bind = HostPort.parseIp(equals < 0 ? text : text.substring(0, equals));
        return new ListenAddress(bind, equals < 0 ? bind : HostPort.parseIp(text.substring(equals + 1)));
    }

    @Override
    public String toString() {
        return bind.equals(advertised) ? bind.toString() : bind + "=" + advertised;
    }
}
