package io.turnstone.protocol.net;

import org.jspecify.annotations.Nullable;

/** An address family with its number in STUN and TURN attributes (RFC 8489 §14.1). */
public enum AddressFamily {
    IPV4(1),
    IPV6(2);

    private final int number;

    AddressFamily(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public static AddressFamily of(IpAddress address) {
        return address.isIpv4() ? IPV4 : IPV6;
    }

    public static AddressFamily of(TransportAddress address) {
        return address.isIpv4() ? IPV4 : IPV6;
    }

    /** @return the family, or null if no family has this number */
    public static @Nullable AddressFamily ofNumber(int number) {
        return switch (number) {
            case 1 -> IPV4;
            case 2 -> IPV6;
            default -> null;
        };
    }
}
