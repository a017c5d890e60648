package io.turnstone.node.allocation;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Addresses that are no ordinary host in the Internet: the IANA IPv4 and IPv6 Special-Purpose Address Registries
 * (RFC 6890), multicast, and what clouds serve metadata on. Stateless, any thread.
 *
 * <p>IPv4-mapped addresses need no entry: {@link IpAddress} has one form for both.
 */
final class SpecialPurpose {
    private static final List<IpPrefix> RANGES = Stream.of(
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        // Azure's metadata and DNS, in the midst of public addresses
        "168.63.129.16/32",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        // site-local, deprecated (RFC 3879)
        "fec0::/10",
        "ff00::/8").map(IpPrefix::parse).toList();

    /** {@code ::/96}: unspecified, loopback, and IPv4-compatible addresses (RFC 4291 §2.5.5.1). */
    private static final long IPV4_COMPATIBLE_MAX = 0xFFFF_FFFFL;

    private static final IpPrefix SIX_TO_FOUR = IpPrefix.parse("2002::/16");
    private static final IpPrefix TEREDO = IpPrefix.parse("2001::/32");
    private static final IpPrefix NAT64 = IpPrefix.parse("64:ff9b::/96");
    private static final IpPrefix LOCAL_NAT64 = IpPrefix.parse("64:ff9b:1::/48");

    private SpecialPurpose() {}

    static boolean contains(IpAddress address) {
        return isIpv4Compatible(address) || RANGES.stream().anyMatch(range -> range.contains(address));
    }

    /** The IPv4 addresses that packets to an IPv6 address may end at. */
    static List<IpAddress> carriedIpv4(IpAddress address) {
        if (address.isIpv4()) {
            return List.of();
        }
        long high = address.high();
        long low = address.low();
        if (NAT64.contains(address) || isIpv4Compatible(address)) {
            return ipv4(low);
        }
        if (SIX_TO_FOUR.contains(address)) {
            return ipv4(high >>> 16);
        }
        if (TEREDO.contains(address)) {
            // RFC 4380 §4: the server as it is, the client with its bits inverted
            return ipv4(high, ~low);
        }
        return LOCAL_NAT64.contains(address) ? localNat64(high, low) : List.of();
    }

    /**
     * RFC 8215 leaves the prefix's length open: 48, 56, 64 or 96 bits, each with its layout (RFC 6052 §2.2). What the wrong
     * layouts read from zero bits is no address.
     */
    private static List<IpAddress> localNat64(long high, long low) {
        long after48 = (high & 0xFFFF) << 16 | (low >>> 40 & 0xFFFF);
        long after56 = (high & 0xFF) << 24 | (low >>> 32 & 0xFF_FFFF);
        return ipv4(after48, after56, low >>> 24, low).stream().filter(read -> read.ipv4() >>> 24 != 0).toList();
    }

    private static boolean isIpv4Compatible(IpAddress address) {
        return address.high() == 0 && address.low() >= 0 && address.low() <= IPV4_COMPATIBLE_MAX;
    }

    private static List<IpAddress> ipv4(long... values) {
        List<IpAddress> addresses = new ArrayList<>(values.length);
        for (long value : values) {
            addresses.add(IpAddress.ofIpv4((int) value));
        }
        return addresses;
    }
}
