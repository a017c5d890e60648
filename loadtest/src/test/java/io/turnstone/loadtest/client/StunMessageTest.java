package io.turnstone.loadtest.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The client's own codec against RFC 5769 and against itself. */
class StunMessageTest {
    /** RFC 5769 section 2.2. */
    private static final byte[] IPV4_RESPONSE = HexFormat.of()
        .parseHex("0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643"
            + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96");
    /** RFC 5769 section 2.3. */
    private static final byte[] IPV6_RESPONSE = HexFormat.of()
        .parseHex("010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9fa"
            + "a5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c");
    private static final byte[] PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt".getBytes(StandardCharsets.UTF_8);

    @Test
    void shouldReadTheIpv4ResponseOfRfc5769() {
        StunMessage message = StunMessage.parse(IPV4_RESPONSE).orElseThrow();

        assertThat(message.isSuccess()).isTrue();
        assertThat(message.method()).isEqualTo(Stun.BINDING);
        assertThat(message.xorAddress(Stun.XOR_MAPPED_ADDRESS)).hasToString("Optional[/192.0.2.1:32853]");
        assertThat(message.integrityHolds(Integrity.SHA1, PASSWORD)).isTrue();
        assertThat(message.integrityHolds(Integrity.SHA1, new byte[]{1})).isFalse();
    }

    @Test
    void shouldReadTheIpv6ResponseOfRfc5769() {
        StunMessage message = StunMessage.parse(IPV6_RESPONSE).orElseThrow();

        assertThat(message.xorAddress(Stun.XOR_MAPPED_ADDRESS).orElseThrow().getAddress().getHostAddress())
            .isEqualTo("2001:db8:1234:5678:11:2233:4455:6677");
        assertThat(message.integrityHolds(Integrity.SHA1, PASSWORD)).isTrue();
    }

    @Test
    void shouldReadWhatItWrote() {
        InetSocketAddress peer = Loopback.ipv6(5_000);
        byte[] key = Integrity.SHA256.key("alice", "example.org", "secret");

        byte[] bytes = StunMessageBuilder.request(Stun.CHANNEL_BIND)
            .integer(Stun.CHANNEL_NUMBER, 0x4001 << 16)
            .xorAddress(Stun.XOR_PEER_ADDRESS, peer)
            .text(Stun.USERNAME, "alice")
            .integrity(Integrity.SHA256, key)
            .fingerprint()
            .build();
        StunMessage message = StunMessage.parse(bytes).orElseThrow();

        assertThat(message.method()).isEqualTo(Stun.CHANNEL_BIND);
        assertThat(message.messageClass()).isEqualTo(Stun.REQUEST);
        assertThat(message.integer(Stun.CHANNEL_NUMBER)).isEqualTo(0x4001_0000);
        assertThat(message.xorAddress(Stun.XOR_PEER_ADDRESS)).contains(peer);
        assertThat(message.text(Stun.USERNAME)).contains("alice");
        assertThat(message.integrityHolds(Integrity.SHA256, key)).isTrue();
    }

    @Test
    void shouldRefuseALengthThatIsNotTheDatagrams() {
        assertThat(StunMessage.parse(Arrays.copyOf(IPV4_RESPONSE, IPV4_RESPONSE.length - 4))).isEmpty();
        assertThat(StunMessage.parse(Arrays.copyOf(IPV4_RESPONSE, IPV4_RESPONSE.length + 4))).isEmpty();
    }

    @Test
    void shouldRefuseAnAttributeThatRunsPastTheEnd() {
        byte[] bytes = StunMessageBuilder.request(Stun.BINDING).text(Stun.USERNAME, "alice").build();
        ByteBuffer.wrap(bytes).putShort(Stun.HEADER_BYTES + 2, (short) 9);

        assertThat(StunMessage.parse(bytes)).isEmpty();
    }

    @Test
    void shouldRefuseAFingerprintThatDoesNotFit() {
        byte[] bytes = IPV4_RESPONSE.clone();
        bytes[bytes.length - 1] ^= 1;

        assertThat(StunMessage.parse(bytes)).isEmpty();
    }
}
