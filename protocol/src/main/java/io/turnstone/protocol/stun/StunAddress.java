package io.turnstone.protocol.stun;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The value of an address attribute, plain or XORed with the magic cookie and the transaction id (RFC 8489 §14.1, §14.2).
 * One thread; decodes into its own fields, so nothing is allocated.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0 0 0 0 0 0 0 0|    Family     |            Port               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |              Address (32 bits or 128 bits)                    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * An IPv6 value that is v4-mapped reads as the IPv4 address it disguises: there is one form of each address.
 */
public final class StunAddress {
    public static final int IPV4_LENGTH = 8;
    public static final int IPV6_LENGTH = 20;

    private static final int FAMILY_OFFSET = 1;
    private static final int PORT_OFFSET = 2;
    private static final int ADDRESS_OFFSET = 4;
    private static final long UNSIGNED_INT = 0xFFFF_FFFFL;

    private long high;
    private long low;
    private int port;

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    public int port() {
        return port;
    }

    public TransportAddress toTransportAddress() {
        return new TransportAddress(high, low, port);
    }

    /** @return false, and nothing changed, if the {@code length} octets at {@code index} are no address */
    public boolean decode(DirectBuffer buffer, int index, int length) {
        return decode(buffer, index, length, 0, 0, 0);
    }

    /** As {@link #decode} for an XORed address; {@code messageOffset} is where the message's header starts. */
    public boolean decodeXor(DirectBuffer buffer, int index, int length, int messageOffset) {
        long maskHigh = buffer.getLong(messageOffset + StunMessage.COOKIE_OFFSET, BIG_ENDIAN);
        long maskLow = buffer.getLong(messageOffset + StunMessage.COOKIE_OFFSET + Long.BYTES, BIG_ENDIAN);
        return decode(buffer, index, length, maskHigh >>> Integer.SIZE, maskHigh, maskLow);
    }

    private boolean decode(DirectBuffer buffer, int index, int length, long cookie, long maskHigh, long maskLow) {
        if (length != IPV4_LENGTH && length != IPV6_LENGTH) {
            return false;
        }
        int family = buffer.getByte(index + FAMILY_OFFSET);
        if (family != (length == IPV4_LENGTH ? AddressFamily.IPV4 : AddressFamily.IPV6).number()) {
            return false;
        }
        port = (buffer.getShort(index + PORT_OFFSET, BIG_ENDIAN) ^ (int) (cookie >>> Short.SIZE)) & 0xFFFF;
        if (length == IPV4_LENGTH) {
            high = 0;
            low = IpAddress.V4_MAPPED_PREFIX
                | ((buffer.getInt(index + ADDRESS_OFFSET, BIG_ENDIAN) ^ cookie) & UNSIGNED_INT);
        } else {
            high = buffer.getLong(index + ADDRESS_OFFSET, BIG_ENDIAN) ^ maskHigh;
            low = buffer.getLong(index + ADDRESS_OFFSET + Long.BYTES, BIG_ENDIAN) ^ maskLow;
        }
        return true;
    }

    /** How many octets {@link #encodeXor} writes for this address. */
    public static int encodedLength(long high, long low) {
        return IpAddress.isIpv4(high, low) ? IPV4_LENGTH : IPV6_LENGTH;
    }

    static void encode(MutableDirectBuffer buffer, int index, long high, long low, int port) {
        boolean ipv4 = IpAddress.isIpv4(high, low);
        buffer.putByte(index, (byte) 0);
        buffer.putByte(index + FAMILY_OFFSET, (byte) (ipv4 ? AddressFamily.IPV4 : AddressFamily.IPV6).number());
        buffer.putShort(index + PORT_OFFSET, (short) port, BIG_ENDIAN);
        if (ipv4) {
            buffer.putInt(index + ADDRESS_OFFSET, (int) low, BIG_ENDIAN);
        } else {
            buffer.putLong(index + ADDRESS_OFFSET, high, BIG_ENDIAN);
            buffer.putLong(index + ADDRESS_OFFSET + Long.BYTES, low, BIG_ENDIAN);
        }
    }

    /**
     * Writes the XORed form of an address into {@link #encodedLength} octets.
     *
     * @param messageOffset where the message's header starts; it already holds cookie and transaction id
     */
    public static void encodeXor(
        MutableDirectBuffer buffer, int index, long high, long low, int port, int messageOffset) {
        encode(buffer, index, high, low, port ^ StunMessage.MAGIC_COOKIE >>> Short.SIZE);
        xor(buffer, index + ADDRESS_OFFSET, messageOffset + StunMessage.COOKIE_OFFSET, encodedLength(high, low));
    }

    private static void xor(MutableDirectBuffer buffer, int addressIndex, int maskIndex, int encodedLength) {
        for (int i = 0; i < encodedLength - ADDRESS_OFFSET; i += Integer.BYTES) {
            buffer.putInt(addressIndex + i, buffer.getInt(addressIndex + i) ^ buffer.getInt(maskIndex + i));
        }
    }
}
