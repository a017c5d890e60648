package io.turnstone.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.TransportAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UdpHeaderTest {
    private static final int OFFSET = 3;

    private static ByteBuffer header(TransportAddress from, TransportAddress to, byte[] payload) {
        UnsafeBuffer data = new UnsafeBuffer(new byte[OFFSET + payload.length + 5]);
        data.setMemory(0, data.capacity(), (byte) 0x5A);
        data.putBytes(OFFSET, payload);
        UnsafeBuffer header = new UnsafeBuffer(new byte[UdpHeader.LENGTH]);
        header.setMemory(0, UdpHeader.LENGTH, (byte) 0x77);
        UdpHeader.write(header, 0, from, to.high(), to.low(), to.port(), data, OFFSET, payload.length);
        return ByteBuffer.wrap(header.byteArray());
    }

    /** RFC 768 by the letter, with the pseudo header of RFC 8200 §8.1, whose sum is that of IPv4's too. */
    private static int sum(TransportAddress from, TransportAddress to, ByteBuffer header, byte[] payload) {
        ByteBuffer all = ByteBuffer.allocate(2 * 16 + 8 + header.capacity() + payload.length + 1)
            .put(from.ip().toBytes())
            .put(to.ip().toBytes())
            .putInt(header.capacity() + payload.length)
            .putInt(17)
            .put(header.rewind())
            .put(payload);
        int sum = 0;
        for (int at = 0; at + 1 < all.capacity(); at += 2) {
            sum += all.getShort(at) & 0xFFFF;
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1:49152,198.51.100.200:7", "'[2001:db8::1]:65535','[2001:db8:ffff::fffe]:1'"})
    void shouldMakeASumOfOnes(String from, String to) {
        TransportAddress source = TransportAddress.parse(from);
        TransportAddress destination = TransportAddress.parse(to);
        Random random = new Random(4);
        for (int length = 0; length < 1_500; length++) {
            byte[] payload = new byte[length];
            random.nextBytes(payload);
            ByteBuffer header = header(source, destination, payload);

            assertThat(header.getShort(0) & 0xFFFF).isEqualTo(source.port());
            assertThat(header.getShort(2) & 0xFFFF).isEqualTo(destination.port());
            assertThat(header.getShort(4) & 0xFFFF).isEqualTo(UdpHeader.LENGTH + length);
            assertThat(sum(source, destination, header, payload)).as("length %d", length).isEqualTo(0xFFFF);
        }
    }

    /** Zero would mean that there is no checksum. */
    @Test
    void shouldNeverSendAChecksumOfZero() {
        TransportAddress source = TransportAddress.parse("192.0.2.1:49152");
        TransportAddress destination = TransportAddress.parse("198.51.100.200:7");
        int without = sum(source, destination, header(source, destination, new byte[2]).putShort(6, (short) 0),
            new byte[2]);
        byte[] complement = ByteBuffer.allocate(2).putShort((short) ~without).array();

        assertThat(header(source, destination, complement).getShort(6)).isEqualTo((short) 0xFFFF);
    }
}
