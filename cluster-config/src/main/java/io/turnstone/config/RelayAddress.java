package io.turnstone.config;

/**
 * An address for relay sockets: {@code IP[=PUBLIC_IP]}. Immutable, any thread.
 *
 * @param ip what relay sockets are bound to
 * @param publicIp what is told to clients as the relayed address; {@code ip} when none was given
 */
public record RelayAddress(String ip, String publicIp) {
    public RelayAddress {
        if (IpLiteral.isWildcard(ip) || IpLiteral.isWildcard(publicIp)) {
            throw new IllegalArgumentException("a relay address cannot be the wildcard");
        }
        if (IpLiteral.bits(ip) != IpLiteral.bits(publicIp)) {
            throw new IllegalArgumentException(ip + " and " + publicIp + " are not of one address family");
        }
    }

    /** @throws IllegalArgumentException when {@code text} is not {@code IP[=PUBLIC_IP]} */
    public static RelayAddress parse(String text) {
        int equals = text.indexOf('=');
        String ip = equals < 0 ? text : text.substring(0, equals);
        return new RelayAddress(ip, equals < 0 ? ip : text.substring(equals + 1));
    }

    @Override
    public String toString() {
        return ip.equals(publicIp) ? ip : ip + "=" + publicIp;
    }
}
