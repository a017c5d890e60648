package io.turnstone.protocol.net;

/**
 * A CIDR block (RFC 4632, RFC 4291 §2.3). An IPv4 block is held as the v4-mapped IPv6 block. Immutable, any thread.
 *
 * @param address the network address; bits beyond {@code length} are zero
 * @param length of the prefix in bits, 0 to 128 (IPv4: 96 + the length that was written)
 */
public record IpPrefix(IpAddress address, int length) {
    private static final int IPV4_MAPPED_BITS = 96;
    private static final int IPV6_BITS = 128;

    public IpPrefix {
        if (length < 0 || length > IPV6_BITS) {
            throw new IllegalArgumentException("a prefix of " + length + " bits does not exist");
        }
        address = new IpAddress(address.high() & highMask(length), address.low() & lowMask(length));
    }

    /**
     * Parses {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a single address.
     *
     * @throws IllegalArgumentException with a sentence that quotes {@code text}
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        int bits = address.isIpv4() ? IPV6_BITS - IPV4_MAPPED_BITS : IPV6_BITS;
        int length = bits;
        if (slash >= 0) {
            try {
                length = Integer.parseInt(text, slash + 1, text.length(), 10);
            } catch (NumberFormatException notANumber) {
                throw new IllegalArgumentException("'" + text + "' is not ADDRESS/LENGTH", notANumber);
            }
        }
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("'" + text + "' has a prefix length outside 0-" + bits);
        }
        return new IpPrefix(address, length + IPV6_BITS - bits);
    }

    public boolean contains(IpAddress other) {
        return contains(other.high(), other.low());
    }

    public boolean contains(long high, long low) {
        return (high & highMask(length)) == address.high() && (low & lowMask(length)) == address.low();
    }

    private static long highMask(int length) {
        return length >= Long.SIZE ? -1L : length == 0 ? 0 : -1L << (Long.SIZE - length);
    }

    private static long lowMask(int length) {
        int bits = length - Long.SIZE;
        return bits <= 0 ? 0 : bits >= Long.SIZE ? -1L : -1L << (Long.SIZE - bits);
    }

    @Override
    public String toString() {
        return address.isIpv4() && length >= IPV4_MAPPED_BITS
            ? address + "/" + (length - IPV4_MAPPED_BITS)
            : address + "/" + length;
    }
}
