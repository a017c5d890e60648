package io.turnstone.node.transport;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes UDP headers (RFC 768) with their checksums, which IPv6 demands (RFC 8200 §8.1).
 *
 * <p>Sums are of words as they lie in memory, whatever the order of octets there (RFC 1071 §2).
 */
final class UdpHeader {
    static final int LENGTH = 8;

    private static final int SOURCE_OFFSET = 0;
    private static final int DESTINATION_OFFSET = 2;
    private static final int LENGTH_OFFSET = 4;
    private static final int CHECKSUM_OFFSET = 6;
    private static final int PROTOCOL = 17;
    private static final long WORD = 0xFFFF_FFFFL;
    private static final int HALF_WORD = 0xFFFF;

    private UdpHeader() {}

    /** For the payload {@code data}, of {@code length} octets from {@code offset} on. */
    static void write(
        MutableDirectBuffer header, int at, TransportAddress source, long high, long low, int port, DirectBuffer data,
        int offset, int length) {
        int total = LENGTH + length;
        header.putShort(at + SOURCE_OFFSET, (short) source.port(), BIG_ENDIAN);
        header.putShort(at + DESTINATION_OFFSET, (short) port, BIG_ENDIAN);
        header.putShort(at + LENGTH_OFFSET, (short) total, BIG_ENDIAN);
        header.putShort(at + CHECKSUM_OFFSET, (short) 0);
        long sum = address(source.high(), source.low())
            + address(high, low)
            + words(Long.reverseBytes(PROTOCOL))
            + words(Long.reverseBytes(total))
            + words(header.getLong(at))
            + payload(data, offset, length);
        int checksum = ~folded(sum) & HALF_WORD;
        header.putShort(at + CHECKSUM_OFFSET, (short) (checksum == 0 ? HALF_WORD : checksum));
    }

    private static long address(long high, long low) {
        return IpAddress.isIpv4(high, low)
            ? words(Long.reverseBytes(low & WORD))
            : words(Long.reverseBytes(high)) + words(Long.reverseBytes(low));
    }

    private static long payload(DirectBuffer data, int offset, int length) {
        long sum = 0;
        int end = offset + length;
        int at = offset;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            sum += words(data.getLong(at));
        }
        long rest = 0;
        for (int i = 0; at + i < end; i++) {
            rest |= (data.getByte(at + i) & 0xFFL) << (i * Byte.SIZE);
        }
        return sum + words(rest);
    }

    private static long words(long two) {
        return (two & WORD) + (two >>> Integer.SIZE);
    }

    private static int folded(long sum) {
        long folded = sum;
        while (folded >>> Short.SIZE != 0) {
            folded = (folded & HALF_WORD) + (folded >>> Short.SIZE);
        }
        return (int) folded;
    }
}
