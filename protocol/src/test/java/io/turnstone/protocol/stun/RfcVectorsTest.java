package io.turnstone.protocol.stun;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.HexFile;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;
import java.util.OptionalInt;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RfcVectorsTest {
    private static final String USERNAME = "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9";
    private static final SecretKey SHORT_TERM_KEY = new SecretKeySpec("VOkJxbRl1RmTxUk/WvJxBt".getBytes(UTF_8), "HMAC");

    private final StunMessage message = new StunMessage();
    private final MessageIntegrity integrity = new MessageIntegrity();
    private final StunWriter writer = new StunWriter();
    private final UnsafeBuffer written = new UnsafeBuffer(new byte[300]);

    @Test
    void shouldReadTheRequestOfRfc5769() {
        wrap("rfc5769-2.1-request");

        assertThat(message.messageType()).isEqualTo(StunType.BINDING_REQUEST);
        assertThat(message.transactionId()).isEqualTo(new TransactionId(0xb7e7a701, 0xbc34d686fa87dfaeL));
        assertThat(message.utf8(message.find(StunAttribute.SOFTWARE))).isEqualTo("STUN test client");
        assertThat(message.utf8(message.find(StunAttribute.USERNAME))).isEqualTo("evtj:h6vY");
        assertThat(message.fingerprintValid()).isTrue();
        assertThat(integrity.verify(message, SHORT_TERM_KEY)).isTrue();
        assertThat(message.unknownAttributes(StunAttribute.STUN_SERVER_SET)).containsExactly(StunAttribute.PRIORITY);
    }

    @Test
    void shouldReadTheIpv4ResponseOfRfc5769() {
        wrap("rfc5769-2.2-ipv4-response");

        shouldBeAResponseWith(TransportAddress.parse("192.0.2.1:32853"));
    }

    @Test
    void shouldReadTheIpv6ResponseOfRfc5769() {
        wrap("rfc5769-2.3-ipv6-response");

        shouldBeAResponseWith(TransportAddress.parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853"));
    }

    private void shouldBeAResponseWith(TransportAddress mapped) {
        assertThat(message.messageType()).isEqualTo(StunType.BINDING_SUCCESS);
        assertThat(message.xorAddress(message.find(StunAttribute.XOR_MAPPED_ADDRESS))).isEqualTo(mapped);
        assertThat(message.utf8(message.find(StunAttribute.SOFTWARE))).isEqualTo("test vector");
        assertThat(message.fingerprintValid()).isTrue();
        assertThat(integrity.verify(message, SHORT_TERM_KEY)).isTrue();
    }

    @Test
    void shouldReadTheLongTermRequestOfRfc5769() {
        wrap("rfc5769-2.4-long-term-request");

        Credentials credentials = Credentials.of(message);

        assertThat(credentials).isEqualTo(
            new Credentials(
                USERNAME,
                null,
                "example.org",
                "f//499k954d6OL34oL9FSTvy64sA",
                OptionalInt.empty(),
                null,
                true,
                false));
        assertThat(integrity.verify(message, key(PasswordAlgorithm.MD5, "TheMatrIX"))).isTrue();
        assertThat(integrity.verify(message, key(PasswordAlgorithm.MD5, "TheMatrix"))).isFalse();
        assertThat(integrity.verifySha256(message, key(PasswordAlgorithm.MD5, "TheMatrIX"))).isFalse();
    }

    @Test
    void shouldReadTheRequestWithUserhashOfRfc8489() {
        wrap("rfc8489-b.1-userhash-sha256");

        Credentials credentials = Credentials.of(message);

        assertThat(credentials.username()).isNull();
        assertThat(credentials.userHash()).isEqualTo(UserHash.of(USERNAME, "example.org"));
        assertThat(credentials.nonce()).isEqualTo("obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA");
        assertThat(credentials.passwordAlgorithm()).hasValue(PasswordAlgorithm.SHA_256.number());
        assertThat(credentials.hasIntegrity()).isFalse();
        assertThat(credentials.hasIntegritySha256()).isTrue();
        assertThat(integrity.verifySha256(message, key(PasswordAlgorithm.SHA_256, "TheMatrIX"))).isTrue();
        assertThat(integrity.verifySha256(message, key(PasswordAlgorithm.SHA_256, "TheMatrix"))).isFalse();
    }

    @Test
    void shouldWriteTheIpv4ResponseOfRfc5769ExceptItsPadding() {
        byte[] expected = HexFile.read("vectors/rfc5769-2.2-ipv4-response.hex");
        wrap("rfc5769-2.2-ipv4-response");

        writer.begin(written, 0, StunType.BINDING_SUCCESS, message)
            .utf8(StunAttribute.SOFTWARE, "test vector")
            .xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, TransportAddress.parse("192.0.2.1:32853"));
        // the RFC pads with a space, and the HMAC covers it
        assertThat(written.getByte(35)).isZero();
        written.putByte(35, (byte) ' ');
        writer.messageIntegrity(integrity, SHORT_TERM_KEY).fingerprint();

        assertThat(writtenBytes()).isEqualTo(expected);
    }

    @Test
    void shouldWriteTheRequestWithUserhashOfRfc8489() {
        byte[] expected = HexFile.read("vectors/rfc8489-b.1-userhash-sha256.hex");

        writer.begin(written, 0, StunType.BINDING_REQUEST, new TransactionId(0x78ad3433, 0xc6ad72c029da412eL))
            .bytes(StunAttribute.USERHASH, UserHash.of(USERNAME, "example.org").toBytes())
            .utf8(StunAttribute.NONCE, "obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA")
            .utf8(StunAttribute.REALM, "example.org")
            .bytes(StunAttribute.PASSWORD_ALGORITHM, PasswordAlgorithm.encode(List.of(PasswordAlgorithm.SHA_256)))
            .messageIntegritySha256(integrity, key(PasswordAlgorithm.SHA_256, "TheMatrIX"));

        assertThat(writtenBytes()).isEqualTo(expected);
    }

    private byte[] writtenBytes() {
        byte[] bytes = new byte[writer.length()];
        written.getBytes(0, bytes);
        return bytes;
    }

    private static SecretKey key(PasswordAlgorithm algorithm, String password) {
        return LongTermKey.of(algorithm, USERNAME, "example.org", password);
    }

    private void wrap(String name) {
        byte[] bytes = HexFile.read("vectors/" + name + ".hex");
        assertThat(message.wrap(HexFile.direct(bytes), 0, bytes.length)).isTrue();
    }
}
