package io.turnstone.node.transport;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.protocol.net.IpAddress;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A socket address as Linux has it in memory: {@code sockaddr_in} (ip(7)) and {@code sockaddr_in6} (ipv6(7)).
 *
 * <pre>
 * family (native) | port | IPv4 address | 8 octets of zero
 * family (native) | port | flow information | IPv6 address | scope
 * </pre>
 */
final class SocketName {
    /** Of the longer one, rounded up. */
    static final int LENGTH_MAX = 32;

    private static final int PORT_OFFSET = 2;
    private static final int IPV4_OFFSET = 4;
    private static final int IPV4_LENGTH = 16;
    private static final int IPV6_FLOW_OFFSET = 4;
    private static final int IPV6_OFFSET = 8;
    private static final int IPV6_SCOPE_OFFSET = 24;
    private static final int IPV6_LENGTH = 28;

    private SocketName() {}

    /** @return the length written */
    static int write(MutableDirectBuffer buffer, int offset, long high, long low, int port) {
        buffer.putShort(offset + PORT_OFFSET, (short) port, BIG_ENDIAN);
        if (IpAddress.isIpv4(high, low)) {
            buffer.putShort(offset, (short) LinuxCalls.AF_INET);
            buffer.putInt(offset + IPV4_OFFSET, (int) low, BIG_ENDIAN);
            buffer.putLong(offset + IPV4_OFFSET + Integer.BYTES, 0);
            return IPV4_LENGTH;
        }
        buffer.putShort(offset, (short) LinuxCalls.AF_INET6);
        buffer.putInt(offset + IPV6_FLOW_OFFSET, 0);
        buffer.putLong(offset + IPV6_OFFSET, high, BIG_ENDIAN);
        buffer.putLong(offset + IPV6_OFFSET + Long.BYTES, low, BIG_ENDIAN);
        buffer.putInt(offset + IPV6_SCOPE_OFFSET, 0);
        return IPV6_LENGTH;
    }

    static int port(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset + PORT_OFFSET, BIG_ENDIAN) & 0xFFFF;
    }

    static long high(DirectBuffer buffer, int offset) {
        return isIpv4(buffer, offset) ? 0 : buffer.getLong(offset + IPV6_OFFSET, BIG_ENDIAN);
    }

    static long low(DirectBuffer buffer, int offset) {
        return isIpv4(buffer, offset)
            ? IpAddress.V4_MAPPED_PREFIX | (buffer.getInt(offset + IPV4_OFFSET, BIG_ENDIAN) & 0xFFFF_FFFFL)
            : buffer.getLong(offset + IPV6_OFFSET + Long.BYTES, BIG_ENDIAN);
    }

    private static boolean isIpv4(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset) == LinuxCalls.AF_INET;
    }
}
