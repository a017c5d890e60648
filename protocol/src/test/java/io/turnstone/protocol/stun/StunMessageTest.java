package io.turnstone.protocol.stun;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.HexFile;
import io.turnstone.protocol.net.TransportAddress;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StunMessageTest {
    private static final String HEADER = "2112a442000102030405060708090a0b";
    private static final SecretKey KEY = LongTermKey.of(PasswordAlgorithm.MD5, "user", "realm", "password");

    private final StunMessage message = new StunMessage();
    private final StunWriter writer = new StunWriter();
    private final MessageIntegrity integrity = new MessageIntegrity();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[400]);

    @ParameterizedTest
    @CsvSource({
        "0001, 0001, 0",
        "0101, 0001, 2",
        "0111, 0001, 3",
        "0016, 0006, 1",
        "0119, 0009, 3",
        "3fff, 0fff, 3",
        "3eef, 0fff, 0"})
    void shouldTakeATypeApartAndPutItTogether(String type, String method, int messageClass) {
        int number = Integer.parseInt(type, 16);
        int methodNumber = Integer.parseInt(method, 16);

        assertThat(StunType.method(number)).isEqualTo(methodNumber);
        assertThat(StunType.messageClass(number)).isEqualTo(messageClass);
        assertThat(StunType.of(methodNumber, messageClass)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "00010000",
        // 19 octets
        "00010000" + "2112a442000102030405060708090a",
        // the first two bits are not zero
        "80010000" + HEADER,
        "40010000" + HEADER,
        // another cookie
        "00010000" + "2112a443000102030405060708090a0b",
        // the length says more, less, or is no multiple of four
        "00010004" + HEADER,
        "00010000" + HEADER + "80220000",
        "00010002" + HEADER + "8022",
        // a value reaches beyond the message
        "00010004" + HEADER + "80220001",
        "00010008" + HEADER + "8022000500000000",
        "00010008" + HEADER + "8022ffff00000000",
        // MESSAGE-INTEGRITY of 16, MESSAGE-INTEGRITY-SHA256 of 12, FINGERPRINT of 0 octets
        "00010014" + HEADER + "0008001000000000000000000000000000000000",
        "00010010" + HEADER + "001c000c000000000000000000000000",
        "00010004" + HEADER + "80280000"})
    void shouldRefuseWhatIsNoWellFormedMessage(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(message.wrap(HexFile.direct(bytes), 0, bytes.length)).isFalse();
    }

    @Test
    void shouldRefuseWhatReachesBeyondTheBuffer() {
        byte[] bytes = HexFormat.of().parseHex("00010000" + HEADER);
        UnsafeBuffer exact = HexFile.direct(bytes);

        assertThat(message.wrap(exact, 0, bytes.length)).isTrue();
        assertThat(message.wrap(exact, 1, bytes.length)).isFalse();
        assertThat(message.wrap(exact, -1, bytes.length)).isFalse();

        byte[] promising = HexFormat.of().parseHex("00010008" + HEADER);
        assertThat(message.wrap(HexFile.direct(promising), 0, 28)).isFalse();
    }

    @Test
    void shouldTakeTheFirstWhenAnAttributeIsRepeated() {
        begin().u32(StunAttribute.LIFETIME, 1).u32(StunAttribute.LIFETIME, 2);
        wrapWritten();

        int valueIndex = message.find(StunAttribute.LIFETIME);
        assertThat(message.bytes(valueIndex)).containsExactly(0, 0, 0, 1);
        assertThat(message.bytes(message.nextAttribute(valueIndex))).containsExactly(0, 0, 0, 2);
        assertThat(message.nextAttribute(message.nextAttribute(valueIndex))).isEqualTo(StunMessage.NOT_FOUND);
    }

    @Test
    void shouldIgnoreWhatFollowsMessageIntegrityExceptSha256AndFingerprint() {
        begin().utf8(StunAttribute.USERNAME, "user")
            .messageIntegrity(integrity, KEY)
            .u32(StunAttribute.LIFETIME, 600)
            .u32(0x0033, 1)
            .messageIntegritySha256(integrity, KEY)
            .fingerprint();
        wrapWritten();

        assertThat(message.has(StunAttribute.USERNAME)).isTrue();
        assertThat(message.has(StunAttribute.LIFETIME)).isFalse();
        assertThat(message.isUnderstood(StunAttribute.STUN_SERVER_SET)).isTrue();
        assertThat(integrity.verify(message, KEY)).isTrue();
        assertThat(integrity.verifySha256(message, KEY)).isTrue();
        assertThat(message.fingerprintValid()).isTrue();
    }

    @Test
    void shouldIgnoreMessageIntegrityWhenItFollowsSha256() {
        begin().messageIntegritySha256(integrity, KEY).messageIntegrity(integrity, KEY);
        wrapWritten();

        assertThat(message.has(StunAttribute.MESSAGE_INTEGRITY)).isFalse();
        assertThat(integrity.verify(message, KEY)).isFalse();
        assertThat(integrity.verifySha256(message, KEY)).isTrue();
    }

    @Test
    void shouldFindFingerprintInvalidWhenItIsNotTheLast() {
        begin().fingerprint();
        wrapWritten();
        assertThat(message.fingerprintValid()).isTrue();

        begin().fingerprint().u32(StunAttribute.LIFETIME, 600);
        wrapWritten();
        assertThat(message.has(StunAttribute.FINGERPRINT)).isTrue();
        assertThat(message.fingerprintValid()).isFalse();
        assertThat(message.has(StunAttribute.LIFETIME)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 20, 24, 28, 32})
    void shouldVerifyWhenSha256IsTruncated(int length) {
        begin().bytes(StunAttribute.MESSAGE_INTEGRITY_SHA256, new byte[length]);
        int valueIndex = StunMessage.HEADER_LENGTH + StunMessage.ATTRIBUTE_HEADER_LENGTH;
        buffer.putBytes(valueIndex, integrity.sha256(buffer, 0, valueIndex, writer.length(), KEY), 0, length);
        wrapWritten();

        assertThat(integrity.verifySha256(message, KEY)).isTrue();

        buffer.putByte(valueIndex + length - 1, (byte) (buffer.getByte(valueIndex + length - 1) ^ 1));
        assertThat(integrity.verifySha256(message, KEY)).isFalse();
    }

    @Test
    void shouldListUnknownAttributesOnceWhenTheyMustBeUnderstood() {
        begin().u32(0x0033, 1).u32(0xC057, 1).u32(StunAttribute.LIFETIME, 1).u32(0x7FFF, 1).u32(0x0033, 2);
        // 0x0054 is REALM beyond the width of a set
        writer.u32(0x0054, 1);
        wrapWritten();

        assertThat(message.unknownAttributes(StunAttribute.TURN_SERVER_SET)).containsExactly(0x0033, 0x7FFF, 0x0054);
        assertThat(message.unknownAttributes(StunAttribute.STUN_SERVER_SET))
            .containsExactly(0x0033, StunAttribute.LIFETIME, 0x7FFF, 0x0054);
        assertThat(message.isUnderstood(StunAttribute.TURN_SERVER_SET)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        // family 3, IPv4 with 16 octets, IPv6 with 4, empty
        "0003a147e112a643",
        "0001a1470113a9faa5d3f179bc25f4b5bed2b9d9",
        "0002a147e112a643",
        "''"})
    void shouldRefuseAMalformedAddress(String hex) {
        begin().bytes(StunAttribute.XOR_PEER_ADDRESS, HexFormat.of().parseHex(hex));
        wrapWritten();

        assertThat(message.xorAddress(message.find(StunAttribute.XOR_PEER_ADDRESS))).isNull();
    }

    @Test
    void shouldReadAV4MappedAddressAsTheIpv4AddressItDisguises() {
        byte[] value = new byte[StunAddress.IPV6_LENGTH];
        value[1] = 2;
        value[14] = (byte) 0xFF;
        value[15] = (byte) 0xFF;
        value[16] = 10;
        value[19] = 1;
        buffer.putBytes(0, value);
        StunAddress address = new StunAddress();

        assertThat(address.decode(buffer, 0, value.length)).isTrue();

        assertThat(address.toTransportAddress()).isEqualTo(TransportAddress.parse("10.0.0.1:0"));
    }

    private StunWriter begin() {
        return writer.begin(buffer, 0, StunType.ALLOCATE_REQUEST, 1, 2);
    }

    private void wrapWritten() {
        assertThat(message.wrap(buffer, 0, writer.length())).isTrue();
    }
}
