package io.turnstone.protocol.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaFrameTest {
    private static final int PAYLOAD_OFFSET = 64;
    private static final int PAYLOAD_LENGTH = 100;
    private static final int FRAME_OFFSET = PAYLOAD_OFFSET - MediaFrame.HEADER_LENGTH;
    private static final int FRAME_LENGTH = MediaFrame.HEADER_LENGTH + PAYLOAD_LENGTH;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2000]);
    private final MediaFrame frame = new MediaFrame();

    @Test
    void shouldBeReadBackAsWritten() {
        buffer.setMemory(0, buffer.capacity(), (byte) 0xFF);
        MediaFrameWriter writer = write(MediaFrame.KIND_TO_PEER);

        assertThat(writer.offset()).isEqualTo(FRAME_OFFSET);
        assertThat(frame.wrap(buffer, FRAME_OFFSET, FRAME_LENGTH)).isTrue();
        assertThat(frame.kind()).isEqualTo(MediaFrame.KIND_TO_PEER);
        assertThat(frame.dontFragment()).isTrue();
        assertThat(frame.incarnation()).isEqualTo(-5);
        assertThat(frame.allocationId()).isEqualTo(Long.MIN_VALUE + 1);
        assertThat(frame.relayedFamily()).isEqualTo(2);
        assertThat(frame.peerHigh()).isEqualTo(0x20010DB8_00000000L);
        assertThat(frame.peerLow()).isEqualTo(7);
        assertThat(frame.peerPort()).isEqualTo(65535);
        assertThat(frame.payloadOffset()).isEqualTo(PAYLOAD_OFFSET);
        assertThat(frame.payloadLength()).isEqualTo(PAYLOAD_LENGTH);
    }

    @Test
    void shouldRefuseAShortFrameAnUnknownVersionAndAnUnknownKind() {
        write(MediaFrame.KIND_TO_CLIENT);
        assertThat(frame.wrap(buffer, FRAME_OFFSET, MediaFrame.HEADER_LENGTH)).isTrue();
        assertThat(frame.wrap(buffer, FRAME_OFFSET, MediaFrame.HEADER_LENGTH - 1)).isFalse();
        assertThat(frame.wrap(buffer, 1990, MediaFrame.HEADER_LENGTH)).isFalse();

        buffer.putByte(FRAME_OFFSET, (byte) 2);
        assertThat(frame.wrap(buffer, FRAME_OFFSET, FRAME_LENGTH)).isFalse();

        write(3);
        assertThat(frame.wrap(buffer, FRAME_OFFSET, FRAME_LENGTH)).isFalse();
    }

    /** The expected tags come from OpenSSL 3.0: {@code openssl mac -macopt hexkey:K -macopt size:8 -in FRAME SIPHASH}. */
    @ParameterizedTest
    @CsvSource({
        "48, C06279AE381E2313", "49, 763B108EAA94F15F", "55, FD05B95FA135C6B9", "56, 47A8722A11255AF1",
        "208, 9B1E7E38FC2A82E1", "1248, 5EADB7298094DD79"})
    void shouldAgreeWithOpenSsl(int length, String tag) {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        for (int i = 0; i < length; i++) {
            buffer.putByte(FRAME_OFFSET + i, (byte) (i * 7 + 3));
        }

        assertThat(new SipHashAuthenticator(key).sign(buffer, FRAME_OFFSET, length)).isTrue();

        byte[] signed = new byte[MediaFrame.TAG_LENGTH];
        buffer.getBytes(FRAME_OFFSET + MediaFrame.TAG_OFFSET, signed);
        assertThat(HexFormat.of().withUpperCase().formatHex(signed)).isEqualTo(tag);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64, 65, 100})
    void shouldBeTheFirst64BitsOfHmacSha256(int keyLength) throws Exception {
        byte[] key = new byte[keyLength];
        Arrays.fill(key, (byte) 0x5A);
        write(MediaFrame.KIND_TO_CLIENT);
        buffer.putLong(FRAME_OFFSET + MediaFrame.TAG_OFFSET, 0);
        byte[] bytes = new byte[FRAME_LENGTH];
        buffer.getBytes(FRAME_OFFSET, bytes);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        long expected = new UnsafeBuffer(mac.doFinal(bytes)).getLong(0, ByteOrder.BIG_ENDIAN);

        assertThat(new HmacAuthenticator(key, 1500).sign(buffer, FRAME_OFFSET, FRAME_LENGTH)).isTrue();

        assertThat(buffer.getLong(FRAME_OFFSET + MediaFrame.TAG_OFFSET, ByteOrder.BIG_ENDIAN)).isEqualTo(expected);
    }

    @Test
    void shouldNoticeEveryFlippedBit() {
        byte[] otherKey = new byte[32];
        otherKey[15] = 1;

        noticesEveryFlippedBit(new SipHashAuthenticator(new byte[32]), new SipHashAuthenticator(otherKey));
        noticesEveryFlippedBit(new HmacAuthenticator(new byte[32], 1500), new HmacAuthenticator(otherKey, 1500));
    }

    private void noticesEveryFlippedBit(FrameAuthenticator authenticator, FrameAuthenticator ofOtherKey) {
        write(MediaFrame.KIND_TO_CLIENT);
        assertThat(authenticator.sign(buffer, FRAME_OFFSET, FRAME_LENGTH)).isTrue();
        assertThat(authenticator.verify(buffer, FRAME_OFFSET, FRAME_LENGTH)).isTrue();

        for (int bit = 0; bit < FRAME_LENGTH * Byte.SIZE; bit++) {
            flip(bit);
            assertThat(authenticator.verify(buffer, FRAME_OFFSET, FRAME_LENGTH)).as("bit %d", bit).isFalse();
            flip(bit);
        }
        assertThat(authenticator.verify(buffer, FRAME_OFFSET, FRAME_LENGTH - 1)).isFalse();
        assertThat(ofOtherKey.verify(buffer, FRAME_OFFSET, FRAME_LENGTH)).isFalse();
    }

    @Test
    void shouldRefuseLengthsThatTheyCannotTakeAndShortKeys() {
        HmacAuthenticator hmac = new HmacAuthenticator(new byte[32], FRAME_LENGTH);
        SipHashAuthenticator sipHash = new SipHashAuthenticator(new byte[32]);

        assertThat(hmac.sign(buffer, 0, FRAME_LENGTH)).isTrue();
        assertThat(hmac.sign(buffer, 0, FRAME_LENGTH + 1)).isFalse();
        assertThat(hmac.verify(buffer, 0, FRAME_LENGTH + 1)).isFalse();
        for (FrameAuthenticator each : List.of(hmac, sipHash)) {
            assertThat(each.sign(buffer, 0, MediaFrame.HEADER_LENGTH)).isTrue();
            assertThat(each.sign(buffer, 0, MediaFrame.HEADER_LENGTH - 1)).isFalse();
            assertThat(each.verify(buffer, 0, MediaFrame.HEADER_LENGTH - 1)).isFalse();
        }
        assertThatThrownBy(() -> new HmacAuthenticator(new byte[31], FRAME_LENGTH)).hasMessageContaining("31");
        assertThatThrownBy(() -> new SipHashAuthenticator(new byte[31])).hasMessageContaining("31");
    }

    private void flip(int bit) {
        int index = FRAME_OFFSET + bit / Byte.SIZE;
        buffer.putByte(index, (byte) (buffer.getByte(index) ^ 1 << bit % Byte.SIZE));
    }

    private MediaFrameWriter write(int kind) {
        return new MediaFrameWriter().begin(buffer, PAYLOAD_OFFSET, kind)
            .flags(MediaFrame.FLAG_DONT_FRAGMENT)
            .incarnation(-5)
            .allocation(Long.MIN_VALUE + 1, 2)
            .peer(0x20010DB8_00000000L, 7, 65535);
    }
}
