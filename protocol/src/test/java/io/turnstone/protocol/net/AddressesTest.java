package io.turnstone.protocol.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "[2001:db8::1], 2001:db8::1",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        // RFC 5952 §4.2: a single zero group stays, the longest run is shortened, the first of equals
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8"})
    void shouldPrintAnAddressInItsOneForm(String text, String printed) {
        IpAddress address = IpAddress.parse(text);

        assertThat(address).hasToString(printed);
        assertThat(IpAddress.parse(printed)).isEqualTo(address);
        assertThat(IpAddress.ofBytes(address.toBytes())).isEqualTo(address);
        assertThat(IpAddress.of(address.toInetAddress())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.org", "1.2.3.256", "1.2.3.4.5", "2001:db8::1::2", "[::1", "12345::"})
    void shouldQuoteTheInputWhenItIsNoAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> IpAddress.parse(text))
            .withMessage("'" + text + "' is not an IP address");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 20, 300})
    void shouldPrintAndParseBackEveryTransportAddress(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000; i++) {
            long low = random.nextBoolean() ? IpAddress.ofIpv4(random.nextInt()).low() : sparse(random);
            TransportAddress address = new TransportAddress(
                random.nextInt(3) == 0 ? 0 : sparse(random), low, random.nextInt(TransportAddress.PORT_MAX + 1));

            assertThat(TransportAddress.parse(address.toString())).isEqualTo(address);
            assertThat(TransportAddress.of(address.toInetSocketAddress())).isEqualTo(address);
            assertThat(address.isIpv4()).isEqualTo(AddressFamily.of(address) == AddressFamily.IPV4);
        }
    }

    /** Each 16-bit group is zero as often as not, so that runs of zero groups come up. */
    private static long sparse(SplittableRandom random) {
        long bits = random.nextLong();
        for (int shift = 0; shift < Long.SIZE; shift += Short.SIZE) {
            bits &= random.nextBoolean() ? -1L : ~(0xFFFFL << shift);
        }
        return bits;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "192.0.2.1", ":3478", "2001:db8::1:3478", "2001:db8::1", "host:3478"})
    void shouldQuoteTheInputWhenItIsNoTransportAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> TransportAddress.parse(text))
            .withMessageStartingWith("'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1:65536", "192.0.2.1:-1", "192.0.2.1:", "192.0.2.1:http", "[::1]:99999999999"})
    void shouldQuoteTheInputWhenThePortIsWrong(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> TransportAddress.parse(text))
            .withMessage("'" + text + "' has no port within 0-65535");
    }

    @Test
    void shouldSpreadNeighbouringAddressesWhenHashed() {
        Set<Integer> buckets = new HashSet<>();
        for (int port = 40_000; port < 41_024; port++) {
            buckets.add(TransportAddress.parse("192.0.2.1:" + port).hashCode() & 1023);
        }
        // 1,024 balls in 1,024 buckets fill about 647
        assertThat(buckets.size()).isGreaterThan(550);
    }

    @Test
    void shouldOrderAddressesAsUnsignedNumbers() {
        assertThat(IpAddress.parse("ffff::1")).isGreaterThan(IpAddress.parse("1::1"));
        assertThat(TransportAddress.parse("200.0.0.1:1")).isGreaterThan(TransportAddress.parse("100.0.0.1:2"));
        assertThat(TransportAddress.parse("200.0.0.1:1")).isLessThan(TransportAddress.parse("200.0.0.1:2"));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.1.2.3/8, 10.9.9.9, true",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 203.0.113.9, true",
        "::/0, 2001:db8::1, true",
        "2001:db8::/32, 2001:db8:ffff::, true",
        "2001:db8::/32, 2001:db9::, false",
        "2001:db8::/64, 2001:db8:0:0:ffff::, true",
        "2001:db8::/64, 2001:db8:0:1::, false",
        "2001:db8::/65, 2001:db8:0:0:8000::, false",
        "::1/128, ::1, true"})
    void shouldContainWhatThePrefixCovers(String prefix, String address, boolean contained) {
        assertThat(IpPrefix.parse(prefix).contains(IpAddress.parse(address))).isEqualTo(contained);
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3/8, 10.0.0.0/8", "192.0.2.1, 192.0.2.1/32", "2001:DB8::1/32, 2001:db8::/32", "::/0, ::/0"})
    void shouldPrintAPrefixWithoutHostBits(String text, String printed) {
        assertThat(IpPrefix.parse(text)).hasToString(printed).isEqualTo(IpPrefix.parse(printed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "2001:db8::/129", "10.0.0.0/", "10.0.0.0/x", "ten/8"})
    void shouldQuoteTheInputWhenItIsNoPrefix(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> IpPrefix.parse(text)).withMessageStartingWith("'");
    }

    @Test
    void shouldParseAndCountAPortRange() {
        PortRange range = PortRange.parse("49152-65535");

        assertThat(range).hasToString("49152-65535");
        assertThat(range.size()).isEqualTo(16_384);
        assertThat(range.contains(49152)).isTrue();
        assertThat(range.contains(65535)).isTrue();
        assertThat(range.contains(49151)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "2-1", "0-5", "5-65536", "a-b", "1-2-3"})
    void shouldQuoteTheInputWhenItIsNoPortRange(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> PortRange.parse(text))
            .withMessageStartingWith("'" + text + "'");
    }

    @Test
    void shouldKnowTheNumbersOfFamiliesAndProtocols() {
        assertThat(AddressFamily.ofNumber(AddressFamily.IPV6.number())).isEqualTo(AddressFamily.IPV6);
        assertThat(AddressFamily.ofNumber(3)).isNull();
        assertThat(TransportProtocol.ofNumber(TransportProtocol.UDP.number())).isEqualTo(TransportProtocol.UDP);
        assertThatIllegalArgumentException().isThrownBy(() -> TransportProtocol.ofNumber(1)).withMessageContaining("1");
    }
}
