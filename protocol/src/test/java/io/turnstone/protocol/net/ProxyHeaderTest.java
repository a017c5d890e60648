package io.turnstone.protocol.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String IPV4 = "c6336401" + "c0000201" + "9c40" + "0d96";
    private static final String PAYLOAD = "40010000";

    private final ProxyHeader header = new ProxyHeader();

    /** In a direct buffer of its own length, so a read beyond it fails. */
    private boolean wrap(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return header.wrap(new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()), 0,
            bytes.length);
    }

    private TransportAddress source() {
        return new TransportAddress(header.sourceHigh(), header.sourceLow(), header.sourcePort());
    }

    private TransportAddress destination() {
        return new TransportAddress(header.destinationHigh(), header.destinationLow(), header.destinationPort());
    }

    private static UnsafeBuffer direct(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    private static int streamLength(String hex) {
        UnsafeBuffer buffer = direct(hex);
        return ProxyHeader.streamLength(buffer, 0, buffer.capacity());
    }

    @Test
    void shouldFindTheHeaderOfAStreamWhileItComes() {
        String whole = SIGNATURE + "2111" + "000c" + IPV4;
        for (int octets = 0; octets < 16; octets++) {
            assertThat(streamLength(whole.substring(0, 2 * octets))).isZero();
        }
        assertThat(streamLength(whole.substring(0, 32))).isEqualTo(28);
        assertThat(streamLength(whole + PAYLOAD)).isEqualTo(28);
        assertThat(streamLength("474554")).isNegative();
        assertThat(streamLength(SIGNATURE.substring(0, 22) + "0b")).isNegative();
    }

    /** A SIP client's keep-alive is 0D0A0D0A (RFC 5626 §3.5.1). */
    @Test
    void shouldNotTakeEmptyLinesForTheBeginningOfAHeader() {
        UnsafeBuffer buffer = direct(SIGNATURE);
        assertThat(ProxyHeader.isBegun(buffer, 0, 4)).isFalse();
        assertThat(ProxyHeader.isBegun(buffer, 0, 5)).isTrue();
        assertThat(ProxyHeader.isBegun(direct("0d0a0d0a52"), 0, 5)).isFalse();
    }

    @Test
    void shouldReadTheHeaderOfAStream() {
        UnsafeBuffer buffer = direct(SIGNATURE + "2111" + "000c" + IPV4 + PAYLOAD);
        assertThat(header.wrapStream(buffer, 0, buffer.capacity())).isTrue();
        assertThat(source()).hasToString("198.51.100.1:40000");
        assertThat(destination()).hasToString("192.0.2.1:3478");
        assertThat(header.wrap(buffer, 0, buffer.capacity())).isFalse();
        UnsafeBuffer datagram = direct(SIGNATURE + "2112" + "000c" + IPV4);
        assertThat(header.wrapStream(datagram, 0, datagram.capacity())).isFalse();
        UnsafeBuffer local = direct(SIGNATURE + "2000" + "0000");
        assertThat(header.wrapStream(local, 0, local.capacity())).isTrue();
        assertThat(header.isLocal()).isTrue();
    }

    @Test
    void shouldReadIpv4() {
        assertThat(wrap(SIGNATURE + "2112" + "000c" + IPV4 + PAYLOAD)).isTrue();
        assertThat(header.isLocal()).isFalse();
        assertThat(source()).hasToString("198.51.100.1:40000");
        assertThat(destination()).hasToString("192.0.2.1:3478");
        assertThat(header.payloadOffset()).isEqualTo(28);
        assertThat(header.payloadLength()).isEqualTo(4);
    }

    @Test
    void shouldReadIpv6() {
        String addresses = "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + "0001" + "ffff";
        assertThat(wrap(SIGNATURE + "2122" + "0024" + addresses)).isTrue();
        assertThat(source()).hasToString("[2001:db8::1]:1");
        assertThat(destination()).hasToString("[2001:db8::2]:65535");
        assertThat(header.payloadLength()).isZero();
    }

    @Test
    void shouldSkipTlvs() {
        assertThat(wrap(SIGNATURE + "2112" + "0013" + IPV4 + "040004" + "01020304" + PAYLOAD)).isTrue();
        assertThat(header.payloadOffset()).isEqualTo(35);
        assertThat(header.payloadLength()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"2000,0000,''", "2012,000c,c6336401c00002019c400d96", "2100,0000,''", "2100,0002,abcd"})
    void shouldNameNobodyWhenTheProxySpeaksForItself(String command, String length, String addresses) {
        assertThat(wrap(SIGNATURE + command + length + addresses + PAYLOAD)).isTrue();
        assertThat(header.isLocal()).isTrue();
        assertThat(header.payloadLength()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "0d0a0d0a000d0a515549540b,2112,000c,c6336401c00002019c400d96", // another signature
        "0d0a0d0a000d0a515549540a,1112,000c,c6336401c00002019c400d96", // version 1
        "0d0a0d0a000d0a515549540a,2212,000c,c6336401c00002019c400d96", // unknown command
        "0d0a0d0a000d0a515549540a,2111,000c,c6336401c00002019c400d96", // a stream
        "0d0a0d0a000d0a515549540a,2132,000c,c6336401c00002019c400d96", // a local socket
        "0d0a0d0a000d0a515549540a,2112,000d,c6336401c00002019c400d96", // longer than the datagram
        "0d0a0d0a000d0a515549540a,2112,000b,c6336401c00002019c400d96", // shorter than its addresses
        "0d0a0d0a000d0a515549540a,2122,000c,c6336401c00002019c400d96", // the addresses of the other family
        "0d0a0d0a000d0a515549540a,2112,000c,c6336401c000020100000d96", // port 0
        "0d0a0d0a000d0a515549540a,21,'',''"})
    void shouldRefuse(String signature, String command, String length, String addresses) {
        assertThat(wrap(signature + command + length + addresses)).isFalse();
    }

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    /** Whatever is changed or cut off, nothing is thrown and the payload lies within the datagram. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldStayWithinTheDatagram(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] valid = HexFormat.of().parseHex(SIGNATURE + "2112" + "000c" + IPV4 + PAYLOAD);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = valid.clone();
            bytes[12 + random.nextInt(bytes.length - 12)] = (byte) random.nextInt();
            int length = random.nextInt(bytes.length + 1);
            UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(length).put(bytes, 0, length).flip());
            if (header.wrap(buffer, 0, length)) {
                assertThat(header.payloadLength()).isBetween(0, length - 16);
                assertThat(header.payloadOffset() + header.payloadLength()).isEqualTo(length);
                assertThat(header.isLocal() || source().port() > 0).isTrue();
            }
        }
    }
}
