package io.turnstone.protocol.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * An IP address as two longs in network order; IPv4 is carried v4-mapped ({@code ::ffff:a.b.c.d}, RFC 4291 §2.5.5.2).
 * Immutable, any thread.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
    /** The first 96 bits of a v4-mapped address, as they stand in the upper half of {@link #low}. */
    public static final long V4_MAPPED_PREFIX = 0x0000_FFFF_0000_0000L;

    public static final int IPV4_BYTES = 4;
    public static final int IPV6_BYTES = 16;

    /** @param address the 32 bits of an IPv4 address, first octet in the highest byte */
    public static IpAddress ofIpv4(int address) {
        return new IpAddress(0, V4_MAPPED_PREFIX | (address & 0xFFFF_FFFFL));
    }

    public static IpAddress of(InetAddress address) {
        return ofBytes(address.getAddress());
    }

    /**
     * @param bytes 4 or 16 octets in network order
     * @throws IllegalArgumentException for any other length
     */
    public static IpAddress ofBytes(byte[] bytes) {
        return switch (bytes.length) {
            case IPV4_BYTES -> ofIpv4((int) bigEndian(bytes, 0, IPV4_BYTES));
            case IPV6_BYTES ->
                new IpAddress(bigEndian(bytes, 0, Long.BYTES), bigEndian(bytes, Long.BYTES, Long.BYTES));
            default -> throw new IllegalArgumentException("not an IP address: " + bytes.length + " octets");
        };
    }

    /**
     * Parses a literal; never resolves a name. Square brackets around IPv6 are accepted.
     *
     * @throws IllegalArgumentException if {@code text} is no IPv4 or IPv6 literal
     */
    public static IpAddress parse(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        try {
            return bare.indexOf(':') >= 0
                ? of(java.net.Inet6Address.ofLiteral(bare))
                : of(Inet4Address.ofLiteral(bare));
        } catch (IllegalArgumentException notALiteral) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address", notALiteral);
        }
    }

    public boolean isIpv4() {
        return isIpv4(high, low);
    }

    public static boolean isIpv4(long high, long low) {
        return high == 0 && (low & 0xFFFF_FFFF_0000_0000L) == V4_MAPPED_PREFIX;
    }

    /** The IPv4 address in 32 bits; meaningless unless {@link #isIpv4()}. */
    public int ipv4() {
        return (int) low;
    }

    /** 4 octets for IPv4, otherwise 16, in network order. */
    public byte[] toBytes() {
        int length = isIpv4() ? IPV4_BYTES : IPV6_BYTES;
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int shift = (length - 1 - i) * Byte.SIZE;
            bytes[i] = (byte) (shift < Long.SIZE ? low >>> shift : high >>> (shift - Long.SIZE));
        }
        return bytes;
    }

    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(toBytes());
        } catch (UnknownHostException impossible) {
            throw new AssertionError("4 or 16 octets are always an address", impossible);
        }
    }

    /** Written out, as {@link #hashCode}: what the language makes of a record is slow until it is compiled. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IpAddress address && high == address.high && low == address.low;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(high) + Long.hashCode(low);
    }

    @Override
    public int compareTo(IpAddress other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** The literal: dotted quad, or RFC 5952 without brackets. */
    @Override
    public String toString() {
        return isIpv4() ? toInetAddress().getHostAddress() : Ipv6Text.of(high, low);
    }

    private static long bigEndian(byte[] bytes, int offset, int length) {
        long value = 0;
        for (int i = offset; i < offset + length; i++) {
            value = value << Byte.SIZE | (bytes[i] & 0xFF);
        }
        return value;
    }
}
