package io.turnstone.protocol.stun;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.TransportAddress;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StunWriterTest {
    private static final int OFFSET = 3;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[600]);
    private final StunWriter writer = new StunWriter();
    private final StunMessage message = new StunMessage();

    @Test
    void shouldBeReadBackWhenABindingSuccessWasWritten() {
        TransportAddress mapped = TransportAddress.parse("[2001:db8::7]:40000");

        writer.begin(buffer, OFFSET, StunType.BINDING_SUCCESS, 0x01020304, 0x05060708090A0B0CL)
            .xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, mapped)
            .fingerprint();

        assertThat(message.wrap(buffer, OFFSET, writer.length())).isTrue();
        assertThat(message.messageType()).isEqualTo(StunType.BINDING_SUCCESS);
        assertThat(message.transactionId()).isEqualTo(new TransactionId(0x01020304, 0x05060708090A0B0CL));
        assertThat(message.xorAddress(message.find(StunAttribute.XOR_MAPPED_ADDRESS))).isEqualTo(mapped);
        assertThat(message.fingerprintValid()).isTrue();
    }

    @Test
    void shouldVerifyWhenBothIntegritiesWereWrittenWithTheKey() {
        SecretKey key = LongTermKey.of(PasswordAlgorithm.SHA_256, "user", "realm", "password");
        SecretKey otherKey = LongTermKey.of(PasswordAlgorithm.SHA_256, "user", "realm", "passwort");
        MessageIntegrity integrity = new MessageIntegrity();

        writer.begin(buffer, OFFSET, StunType.REFRESH_SUCCESS, 1, 2)
            .u32(StunAttribute.LIFETIME, 600)
            .messageIntegrity(integrity, key)
            .messageIntegritySha256(integrity, key)
            .fingerprint();

        assertThat(message.wrap(buffer, OFFSET, writer.length())).isTrue();
        assertThat(integrity.verify(message, key)).isTrue();
        assertThat(integrity.verifySha256(message, key)).isTrue();
        assertThat(integrity.verify(message, otherKey)).isFalse();
        assertThat(integrity.verifySha256(message, otherKey)).isFalse();
        assertThat(message.fingerprintValid()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1:3478", "[2001:db8::1]:65535"})
    void shouldWriteAPlainAddress(String text) {
        TransportAddress address = TransportAddress.parse(text);
        StunAddress read = new StunAddress();

        writer.begin(buffer, OFFSET, StunType.BINDING_SUCCESS, 1, 2).address(StunAttribute.MAPPED_ADDRESS, address);

        assertThat(message.wrap(buffer, OFFSET, writer.length())).isTrue();
        int valueIndex = message.find(StunAttribute.MAPPED_ADDRESS);
        assertThat(read.decode(buffer, valueIndex, message.valueLength(valueIndex))).isTrue();
        assertThat(read.toTransportAddress()).isEqualTo(address);
    }

    @Test
    void shouldWriteTheAttributesOfAnAllocateAnswer() {
        writer.begin(buffer, OFFSET, StunType.ALLOCATE_ERROR, 1, 2)
            .u64(StunAttribute.RESERVATION_TOKEN, 0x0102030405060708L)
            .addressErrorCode(AddressFamily.IPV6, StunError.ADDRESS_FAMILY_NOT_SUPPORTED)
            .unknownAttributes(0x0033, 0x7FFF, 0x001A);

        assertThat(message.wrap(buffer, OFFSET, writer.length())).isTrue();
        assertThat(valueOf(StunAttribute.RESERVATION_TOKEN)).isEqualTo("0102030405060708");
        assertThat(valueOf(StunAttribute.ADDRESS_ERROR_CODE)).startsWith("02000428").hasSize(2 * (4 + 28));
        assertThat(valueOf(StunAttribute.UNKNOWN_ATTRIBUTES)).isEqualTo("00337fff001a");
    }

    private String valueOf(int type) {
        return HexFormat.of().formatHex(message.bytes(message.find(type)));
    }

    @Test
    void shouldCountNoPaddingWhenAReasonIsWritten() {
        buffer.setMemory(0, buffer.capacity(), (byte) 0xFF);

        writer.begin(buffer, OFFSET, StunType.ALLOCATE_ERROR, 1, 2).errorCode(StunError.UNAUTHENTICATED);

        assertThat(message.wrap(buffer, OFFSET, writer.length())).isTrue();
        int valueIndex = message.find(StunAttribute.ERROR_CODE);
        assertThat(message.valueLength(valueIndex)).isEqualTo(4 + "Unauthenticated".length());
        assertThat(message.bytes(valueIndex)).startsWith(0, 0, 4, 1).endsWith("Unauthenticated".getBytes(US_ASCII));
        assertThat(buffer.getByte(OFFSET + writer.length() - 1)).isZero();
    }
}
