package io.turnstone.config;

/**
 * {@code ADDRESS/LENGTH}, or one address. Immutable, any thread.
 *
 * @param address an IPv4 or IPv6 address
 * @param length of the prefix in bits, of 32 or 128
 */
public record CidrBlock(String address, int length) {
    public CidrBlock {
        int bits = IpLiteral.bits(address);
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("a prefix of " + length + " bits is not within 0-" + bits);
        }
    }

    /** @throws IllegalArgumentException when {@code text} is no CIDR block */
    public static CidrBlock parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
            ? new CidrBlock(text, IpLiteral.bits(text))
            : new CidrBlock(text.substring(0, slash), Integer.parseInt(text.substring(slash + 1)));
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
