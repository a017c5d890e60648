package io.turnstone.node.kernel;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Ethernet frames with UDP datagrams, written and read without a look at the program's ways. */
final class Frames {
    static final int ETHERNET = 14;
    static final int IPV4 = 20;
    static final int IPV6 = 40;
    static final int UDP = 8;
    private static final int PROTOCOL_UDP = 17;
    private static final short ETHERTYPE_IPV4 = 0x0800;
    private static final short ETHERTYPE_IPV6 = (short) 0x86DD;

    /** What the checksum field of a datagram holds. */
    enum Checksum {
        FULL,
        /** Only the sum of the pseudo-header: something later is to complete it. */
        PARTIAL,
        /** Right, and the sum of the pseudo-header by chance. */
        BOTH,
        ABSENT
    }

    /**
     * A datagram that the system would hand to a socket.
     *
     * @param checksum as it was found; {@link Checksum#FULL} is right
     */
    record Datagram(TransportAddress source, TransportAddress destination, UnsafeBuffer payload, Checksum checksum,
        int hops,
        int ipLength) {
        byte[] octets() {
            byte[] octets = new byte[payload.capacity()];
            payload.getBytes(0, octets);
            return octets;
        }
    }

    private Frames() {}

    static byte[] of(TransportAddress source, TransportAddress destination, byte[] payload, Checksum checksum) {
        boolean ipv4 = source.isIpv4();
        int ipLength = ipv4 ? IPV4 : IPV6;
        int udpLength = UDP + payload.length;
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET + ipLength + udpLength);
        frame.putShort(12, ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6).position(ETHERNET);
        if (ipv4) {
            frame.putShort((short) 0x4500)
                .putShort((short) (IPV4 + udpLength))
                .putShort((short) 0x1234)
                .putShort((short) 0x4000)
                .put((byte) 61)
                .put((byte) PROTOCOL_UDP)
                .putShort((short) 0);
        } else {
            frame.putInt(0x6000_0000).putShort((short) udpLength).put((byte) PROTOCOL_UDP).put((byte) 61);
        }
        frame.put(source.ip().toBytes()).put(destination.ip().toBytes());
        frame.putShort((short) source.port())
            .putShort((short) destination.port())
            .putShort((short) udpLength)
            .putShort((short) 0)
            .put(payload);
        if (ipv4) {
            frame.putShort(ETHERNET + 10, (short) ~sum(frame, ETHERNET, IPV4, 0));
        }
        int udp = ETHERNET + ipLength;
        frame.putShort(udp + 6, switch (checksum) {
            case FULL -> full(frame, ipLength, udpLength);
            case PARTIAL -> (short) pseudo(frame, ipLength, udpLength);
            case BOTH, ABSENT -> (short) 0;
        });
        return frame.array();
    }

    private static short full(ByteBuffer frame, int ipLength, int udpLength) {
        short sum = (short) ~sum(frame, ETHERNET + ipLength, udpLength, pseudo(frame, ipLength, udpLength));
        return sum == 0 ? -1 : sum;
    }

    private static int pseudo(ByteBuffer frame, int ipLength, int udpLength) {
        int addresses = ipLength == IPV4 ? 2 * IpAddress.IPV4_BYTES : 2 * IpAddress.IPV6_BYTES;
        return sum(frame, ETHERNET + ipLength - addresses, addresses, PROTOCOL_UDP + udpLength);
    }

    private static int sum(ByteBuffer frame, int offset, int length, int seed) {
        long sum = seed;
        for (int i = 0; i < length; i += 2) {
            int low = i + 1 < length ? frame.get(offset + i + 1) & 0xFF : 0;
            sum += (frame.get(offset + i) & 0xFF) << Byte.SIZE | low;
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >>> Short.SIZE);
        }
        return (int) sum;
    }

    /** @return null if no socket would get it, or not before the system has done something to it */
    static @Nullable Datagram read(ByteBuffer frame, int length) {
        if (length < ETHERNET + IPV4 + UDP || !isForThisMachine(frame)) {
            return null;
        }
        return switch (frame.getShort(12)) {
            case ETHERTYPE_IPV4 -> readIpv4(frame, length);
            case ETHERTYPE_IPV6 -> readIpv6(frame, length);
            default -> null;
        };
    }

    private static boolean isForThisMachine(ByteBuffer frame) {
        for (int i = 0; i < 6; i++) {
            if (frame.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Datagram readIpv4(ByteBuffer frame, int length) {
        int total = frame.getShort(ETHERNET + 2) & 0xFFFF;
        boolean valid = frame.get(ETHERNET) == 0x45
            && total <= length - ETHERNET
            && (frame.getShort(ETHERNET + 6) & 0x3FFF) == 0
            && frame.get(ETHERNET + 9) == PROTOCOL_UDP
            && sum(frame, ETHERNET, IPV4, 0) == 0xFFFF;
        return valid ? readUdp(frame, IPV4, total - IPV4, frame.get(ETHERNET + 8)) : null;
    }

    private static @Nullable Datagram readIpv6(ByteBuffer frame, int length) {
        if (length < ETHERNET + IPV6 + UDP) {
            return null;
        }
        int udpLength = frame.getShort(ETHERNET + 4) & 0xFFFF;
        boolean valid = frame.get(ETHERNET) >> 4 == 6
            && udpLength <= length - ETHERNET - IPV6
            && frame.get(ETHERNET + 6) == PROTOCOL_UDP;
        return valid ? readUdp(frame, IPV6, udpLength, frame.get(ETHERNET + 7)) : null;
    }

    private static @Nullable Datagram readUdp(ByteBuffer frame, int ipLength, int available, int hops) {
        int udp = ETHERNET + ipLength;
        int udpLength = frame.getShort(udp + 4) & 0xFFFF;
        if (available < UDP || udpLength < UDP || udpLength > available) {
            return null;
        }
        Checksum checksum = checksum(frame, ipLength, udpLength);
        if (checksum == null) {
            return null;
        }
        int bytes = ipLength == IPV4 ? IpAddress.IPV4_BYTES : IpAddress.IPV6_BYTES;
        byte[] payload = new byte[udpLength - UDP];
        frame.get(udp + UDP, payload);
        return new Datagram(
            address(frame, udp - 2 * bytes, bytes, udp),
            address(frame, udp - bytes, bytes, udp + 2),
            new UnsafeBuffer(payload), checksum, hops, ipLength + available);
    }

    private static @Nullable Checksum checksum(ByteBuffer frame, int ipLength, int udpLength) {
        int check = frame.getShort(ETHERNET + ipLength + 6) & 0xFFFF;
        int pseudo = pseudo(frame, ipLength, udpLength);
        if (check == 0) {
            return ipLength == IPV4 ? Checksum.ABSENT : null;
        }
        boolean full = sum(frame, ETHERNET + ipLength, udpLength, pseudo) == 0xFFFF;
        if (check == pseudo) {
            return full ? Checksum.BOTH : Checksum.PARTIAL;
        }
        return full ? Checksum.FULL : null;
    }

    private static TransportAddress address(ByteBuffer frame, int at, int bytes, int port) {
        byte[] ip = new byte[bytes];
        frame.get(at, ip);
        return TransportAddress.of(IpAddress.ofBytes(ip), frame.getShort(port) & 0xFFFF);
    }
}
