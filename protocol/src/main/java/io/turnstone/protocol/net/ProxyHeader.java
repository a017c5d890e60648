package io.turnstone.protocol.net;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a proxy puts before a datagram to say whence it came and whither it was sent (PROXY protocol, version 2, binary).
 * One thread; reused by {@link #wrap}.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |          Signature: 0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A       |   0
 * |                                                               |
 * |                                                               |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |Version|Command|Family |Transp.|     Length of what follows    |  12
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * /             Source address, 4 or 16 octets                    /  16
 * /           Destination address, 4 or 16 octets                 /
 * |          Source port          |       Destination port        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * /                  TLVs, not looked at                          /
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * /                           Payload                             /
 * </pre>
 *
 * Command LOCAL, and PROXY with an unspecified family, name nobody: the proxy speaks for itself.
 */
public final class ProxyHeader {
    private static final byte FIRST_OCTET = 0x0D;
    private static final long SIGNATURE_HIGH = 0x0D0A_0D0A_000D_0A51L;
    private static final int SIGNATURE_LOW = 0x5549_540A;
    private static final int SIGNATURE_LOW_OFFSET = 8;
    private static final int COMMAND_OFFSET = 12;
    private static final int FAMILY_OFFSET = 13;
    private static final int LENGTH_OFFSET = 14;
    private static final int ADDRESSES_OFFSET = 16;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPECIFIED = 0x00;
    private static final int INET_DATAGRAM = 0x12;
    private static final int INET6_DATAGRAM = 0x22;

    private DirectBuffer buffer = new UnsafeBuffer(new byte[ADDRESSES_OFFSET]);
    private int offset;
    private int length;
    private int addressLength;

    /** Whether a datagram with that first octet may have a header; no other protocol here begins so (RFC 7983 §7). */
    public static boolean looksLikeProxyHeader(byte firstOctet) {
        return firstOctet == FIRST_OCTET;
    }

    /** @return false if the datagram does not begin with a header, or with one that is not for datagrams */
    public boolean wrap(DirectBuffer buffer, int offset, int length) {
        if (length < ADDRESSES_OFFSET
            || buffer.getLong(offset, BIG_ENDIAN) != SIGNATURE_HIGH
            || buffer.getInt(offset + SIGNATURE_LOW_OFFSET, BIG_ENDIAN) != SIGNATURE_LOW) {
            return false;
        }
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        return headerLength() <= length && hasKnownAddresses();
    }

    private boolean hasKnownAddresses() {
        int command = buffer.getByte(offset + COMMAND_OFFSET) & 0xFF;
        int family = buffer.getByte(offset + FAMILY_OFFSET) & 0xFF;
        addressLength = 0;
        if (command == LOCAL || (command == PROXY && family == UNSPECIFIED)) {
            return true;
        }
        if (command != PROXY || (family != INET_DATAGRAM && family != INET6_DATAGRAM)) {
            return false;
        }
        int octets = family == INET_DATAGRAM ? IpAddress.IPV4_BYTES : IpAddress.IPV6_BYTES;
        if (headerLength() < ADDRESSES_OFFSET + 2 * (octets + Short.BYTES)) {
            return false;
        }
        addressLength = octets;
        return sourcePort() != 0;
    }

    /** The proxy speaks for itself; no address may be asked for. */
    public boolean isLocal() {
        return addressLength == 0;
    }

    public long sourceHigh() {
        return high(ADDRESSES_OFFSET);
    }

    public long sourceLow() {
        return low(ADDRESSES_OFFSET);
    }

    public int sourcePort() {
        return port(ADDRESSES_OFFSET + 2 * addressLength);
    }

    public long destinationHigh() {
        return high(ADDRESSES_OFFSET + addressLength);
    }

    public long destinationLow() {
        return low(ADDRESSES_OFFSET + addressLength);
    }

    public int destinationPort() {
        return port(ADDRESSES_OFFSET + 2 * addressLength + Short.BYTES);
    }

    public int payloadOffset() {
        return offset + headerLength();
    }

    public int payloadLength() {
        return length - headerLength();
    }

    private int headerLength() {
        return ADDRESSES_OFFSET + (buffer.getShort(offset + LENGTH_OFFSET, BIG_ENDIAN) & 0xFFFF);
    }

    private long high(int at) {
        return addressLength == IpAddress.IPV4_BYTES ? 0 : buffer.getLong(offset + at, BIG_ENDIAN);
    }

    private long low(int at) {
        return addressLength == IpAddress.IPV4_BYTES
            ? IpAddress.V4_MAPPED_PREFIX | (buffer.getInt(offset + at, BIG_ENDIAN) & 0xFFFF_FFFFL)
            : buffer.getLong(offset + at + Long.BYTES, BIG_ENDIAN);
    }

    private int port(int at) {
        return buffer.getShort(offset + at, BIG_ENDIAN) & 0xFFFF;
    }
}
