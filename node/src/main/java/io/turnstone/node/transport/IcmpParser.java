package io.turnstone.node.transport;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads ICMP errors: a type, a code, four octets whose meaning depends on both, and the beginning of the datagram in
 * question (RFC 792, RFC 4443 §3).
 *
 * <pre>
 * IPv4   IP header | type code checksum | data | quoted IP header | quoted UDP header
 * IPv6               type code checksum | data | quoted IP header | quoted UDP header
 * </pre>
 */
final class IcmpParser {
    static final int DESTINATION_UNREACHABLE = 3;
    static final int TIME_EXCEEDED = 11;
    static final int DESTINATION_UNREACHABLE_V6 = 1;
    static final int PACKET_TOO_BIG_V6 = 2;
    static final int TIME_EXCEEDED_V6 = 3;

    private static final int FRAGMENTATION_NEEDED_CODE = 4;
    private static final int MTU_MASK = 0xFFFF;
    private static final int CODE_OFFSET = 1;
    private static final int DATA_OFFSET = 4;
    private static final int ICMP_HEADER_LENGTH = 8;
    private static final int PORTS_LENGTH = 4;
    private static final int UDP = 17;

    private static final int IPV4_HEADER_LENGTH_MIN = 20;
    private static final int IPV4_WORDS_MASK = 0x0F;
    private static final int IPV4_FRAGMENT_OFFSET = 6;
    private static final int IPV4_FRAGMENT_MASK = 0x1FFF;
    private static final int IPV4_PROTOCOL_OFFSET = 9;
    private static final int IPV4_SOURCE_OFFSET = 12;
    private static final int IPV4_DESTINATION_OFFSET = 16;

    private static final int IPV6_HEADER_LENGTH = 40;
    private static final int IPV6_NEXT_HEADER_OFFSET = 6;
    private static final int IPV6_SOURCE_OFFSET = 8;
    private static final int IPV6_DESTINATION_OFFSET = 24;

    private IcmpParser() {}

    /** @return null if it is no error about an unfragmented UDP datagram, or cut off */
    static @Nullable IcmpError parseIpv4(DirectBuffer buffer, int length) {
        if (length < IPV4_HEADER_LENGTH_MIN) {
            return null;
        }
        int icmp = ipv4HeaderLength(buffer, 0);
        int quoted = icmp + ICMP_HEADER_LENGTH;
        if (length < quoted + IPV4_HEADER_LENGTH_MIN
            || length < quoted + ipv4HeaderLength(buffer, quoted) + PORTS_LENGTH) {
            return null;
        }
        int type = buffer.getByte(icmp) & 0xFF;
        int code = buffer.getByte(icmp + CODE_OFFSET) & 0xFF;
        boolean laterFragment = (unsignedShort(buffer, quoted + IPV4_FRAGMENT_OFFSET) & IPV4_FRAGMENT_MASK) != 0;
        boolean aboutUdp = buffer.getByte(quoted + IPV4_PROTOCOL_OFFSET) == UDP && !laterFragment;
        if (!aboutUdp || (type != DESTINATION_UNREACHABLE && type != TIME_EXCEEDED)) {
            return null;
        }
        boolean tooBig = type == DESTINATION_UNREACHABLE && code == FRAGMENTATION_NEEDED_CODE;
        int mtu = tooBig ? buffer.getInt(icmp + DATA_OFFSET, BIG_ENDIAN) & MTU_MASK : 0;
        int ports = quoted + ipv4HeaderLength(buffer, quoted);
        return new IcmpError(
            type,
            code,
            mtu,
            ipv4(buffer, quoted + IPV4_SOURCE_OFFSET, ports),
            ipv4(buffer, quoted + IPV4_DESTINATION_OFFSET, ports + Short.BYTES));
    }

    /** @return null if it is no error about a UDP datagram without extension headers, or cut off */
    static @Nullable IcmpError parseIpv6(DirectBuffer buffer, int length) {
        int quoted = ICMP_HEADER_LENGTH;
        int ports = quoted + IPV6_HEADER_LENGTH;
        if (length < ports + PORTS_LENGTH || buffer.getByte(quoted + IPV6_NEXT_HEADER_OFFSET) != UDP) {
            return null;
        }
        int type = buffer.getByte(0) & 0xFF;
        if (type < DESTINATION_UNREACHABLE_V6 || type > TIME_EXCEEDED_V6) {
            return null;
        }
        int mtu = type == PACKET_TOO_BIG_V6 ? buffer.getInt(DATA_OFFSET, BIG_ENDIAN) : 0;
        return new IcmpError(
            type,
            buffer.getByte(CODE_OFFSET) & 0xFF,
            mtu,
            ipv6(buffer, quoted + IPV6_SOURCE_OFFSET, ports),
            ipv6(buffer, quoted + IPV6_DESTINATION_OFFSET, ports + Short.BYTES));
    }

    private static int ipv4HeaderLength(DirectBuffer buffer, int offset) {
        int words = buffer.getByte(offset) & IPV4_WORDS_MASK;
        return Math.max(words * Integer.BYTES, IPV4_HEADER_LENGTH_MIN);
    }

    private static TransportAddress ipv4(DirectBuffer buffer, int addressOffset, int portOffset) {
        IpAddress address = IpAddress.ofIpv4(buffer.getInt(addressOffset, BIG_ENDIAN));
        return TransportAddress.of(address, unsignedShort(buffer, portOffset));
    }

    private static TransportAddress ipv6(DirectBuffer buffer, int addressOffset, int portOffset) {
        return new TransportAddress(
            buffer.getLong(addressOffset, BIG_ENDIAN),
            buffer.getLong(addressOffset + Long.BYTES, BIG_ENDIAN),
            unsignedShort(buffer, portOffset));
    }

    private static int unsignedShort(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset, BIG_ENDIAN) & 0xFFFF;
    }
}
