package io.turnstone.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.TransportAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IcmpParserTest {
    private static final byte[] FRAGMENTATION_NEEDED = HexFormat.of()
        .parseHex(
            "4500003800000000400100007f0000017f000001" // IP header of the error
                + "03040000000005dc" // unreachable, fragmentation needed, MTU 1500
                + "4500002600004000401100000a000001cb007109" // 10.0.0.1 to 203.0.113.9, DF
                + "c0081b5800120000"); // port 49160 to 7000
    private static final byte[] PACKET_TOO_BIG = HexFormat.of()
        .parseHex(
            "0200000000000500" // packet too big, MTU 1280
                + "6000000000121140" // next header UDP
                + "20010db8000000000000000000000001"
                + "20010db8000000000000000000000009"
                + "c0081b5800120000");

    private static UnsafeBuffer buffer(byte[] packet) {
        return new UnsafeBuffer(Arrays.copyOf(packet, 2048));
    }

    @Test
    void shouldReadTheMtuAndBothAddressesOfIpv4() {
        assertThat(IcmpParser.parseIpv4(buffer(FRAGMENTATION_NEEDED), FRAGMENTATION_NEEDED.length)).isEqualTo(
            new IcmpError(
                3, 4, 1500, TransportAddress.parse("10.0.0.1:49160"), TransportAddress.parse("203.0.113.9:7000")));
    }

    @Test
    void shouldReadTheMtuAndBothAddressesOfIpv6() {
        assertThat(IcmpParser.parseIpv6(buffer(PACKET_TOO_BIG), PACKET_TOO_BIG.length)).isEqualTo(
            new IcmpError(
                2,
                0,
                1280,
                TransportAddress.parse("[2001:db8::1]:49160"),
                TransportAddress.parse("[2001:db8::9]:7000")));
    }

    @ParameterizedTest
    @CsvSource({"20, 8", "37, 6", "35, 1"})
    void shouldPassOverEchoOtherProtocolsAndLaterFragments(int index, int value) {
        byte[] packet = FRAGMENTATION_NEEDED.clone();
        packet[index] = (byte) value;
        assertThat(IcmpParser.parseIpv4(buffer(packet), packet.length)).isNull();
    }

    @Test
    void shouldPassOverWhatIsCutOff() {
        for (int length = 0; length < FRAGMENTATION_NEEDED.length - 4; length++) {
            assertThat(IcmpParser.parseIpv4(buffer(FRAGMENTATION_NEEDED), length)).isNull();
        }
        for (int length = 0; length < PACKET_TOO_BIG.length - 4; length++) {
            assertThat(IcmpParser.parseIpv6(buffer(PACKET_TOO_BIG), length)).isNull();
        }
    }

    @Test
    void shouldSurviveRandomOctets() {
        Random random = new Random(42);
        byte[] packet = new byte[2048];
        for (int i = 0; i < 20_000; i++) {
            random.nextBytes(packet);
            int length = random.nextInt(packet.length + 1);
            IcmpParser.parseIpv4(new UnsafeBuffer(packet), length);
            IcmpParser.parseIpv6(new UnsafeBuffer(packet), length);
        }
    }
}
