package io.turnstone.protocol.net;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a proxy puts before a datagram, or at the beginning of a stream, to say whence it came and whither it was sent (PROXY
 * protocol, version 2, binary). One thread; reused by {@link #wrap} and {@link #wrapStream}.
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
    private static final int INET = 0x10;
    private static final int INET6 = 0x20;
    private static final int STREAM = 0x01;
    private static final int DATAGRAM = 0x02;
    private static final int SIGNATURE_BYTES = 12;
    /** The first octet in which it differs from what an empty line or two may begin. */
    private static final int TELLING_OFFSET = 4;

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
        if (length < ADDRESSES_OFFSET || !hasSignature(buffer, offset)) {
            return false;
        }
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        return headerLength() <= length && hasKnownAddresses(DATAGRAM);
    }

    /**
     * Whether a stream begins with a header, as far as it has come.
     *
     * @return the header's length in octets, which may be more than have come; 0 if too few have come to tell; negative if
     *     it begins with something else
     */
    public static int streamLength(DirectBuffer buffer, int offset, int available) {
        for (int i = 0; i < Math.min(available, SIGNATURE_BYTES); i++) {
            if (buffer.getByte(offset + i) != signature(i)) {
                return -1;
            }
        }
        return available < ADDRESSES_OFFSET
            ? 0
            : ADDRESSES_OFFSET + (buffer.getShort(offset + LENGTH_OFFSET, BIG_ENDIAN) & 0xFFFF);
    }

    /** Whether enough has come of a stream to see that it begins like a header and like nothing else. */
    public static boolean isBegun(DirectBuffer buffer, int offset, int available) {
        return available > TELLING_OFFSET && streamLength(buffer, offset, available) >= 0;
    }

    /**
     * @param length at least what {@link #streamLength} said
     * @return false if the header is not for streams
     */
    public boolean wrapStream(DirectBuffer buffer, int offset, int length) {
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        return hasKnownAddresses(STREAM);
    }

    private static boolean hasSignature(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset, BIG_ENDIAN) == SIGNATURE_HIGH
            && buffer.getInt(offset + SIGNATURE_LOW_OFFSET, BIG_ENDIAN) == SIGNATURE_LOW;
    }

    private static byte signature(int index) {
        return index < Long.BYTES
            ? (byte) (SIGNATURE_HIGH >>> (Long.SIZE - Byte.SIZE * (index + 1)))
            : (byte) (SIGNATURE_LOW >>> (Integer.SIZE - Byte.SIZE * (index - SIGNATURE_LOW_OFFSET + 1)));
    }

    private boolean hasKnownAddresses(int protocol) {
        int command = buffer.getByte(offset + COMMAND_OFFSET) & 0xFF;
        int family = buffer.getByte(offset + FAMILY_OFFSET) & 0xFF;
        addressLength = 0;
        if (command == LOCAL || (command == PROXY && family == UNSPECIFIED)) {
            return true;
        }
        if (command != PROXY || (family != (INET | protocol) && family != (INET6 | protocol))) {
            return false;
        }
        int octets = family == (INET | protocol) ? IpAddress.IPV4_BYTES : IpAddress.IPV6_BYTES;
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
