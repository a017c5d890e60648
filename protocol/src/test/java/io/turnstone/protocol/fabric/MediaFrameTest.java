package io.turnstone.protocol.fabric;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
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

    /** The hash by arithmetic without bounds, at lengths around a pair of words and around the block of 2,048 octets. */
    @ParameterizedTest
    @ValueSource(ints = {48, 49, 55, 56, 57, 63, 64, 208, 1248, 1253, 2047, 2048, 2049, 4096, 5000})
    void shouldBeNhAndSipHash(int length) throws Exception {
        byte[] key = new byte[40];
        Arrays.fill(key, (byte) 0x5A);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 211 + 255);
        }
        UnsafeBuffer signed = new UnsafeBuffer(bytes);
        Arrays.fill(bytes, MediaFrame.TAG_OFFSET, MediaFrame.TAG_OFFSET + MediaFrame.TAG_LENGTH, (byte) 0);
        Cipher stream = Cipher.getInstance("AES/CTR/NoPadding");
        stream.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 0, 32, "AES"), new IvParameterSpec(new byte[16]));
        UnsafeBuffer keys = new UnsafeBuffer(stream.doFinal(new byte[32 + 2048 + 16]));
        byte[] sipHashKey = new byte[32];
        keys.getBytes(0, sipHashKey);
        int blocks = (length + 2047) / 2048;
        UnsafeBuffer padded = new UnsafeBuffer(Arrays.copyOf(bytes, blocks * 2048));
        UnsafeBuffer hashes = new UnsafeBuffer(new byte[blocks * 32 + 8]);
        for (int block = 0; block < blocks; block++) {
            int pairs = (Math.min(length - block * 2048, 2048) + 15) / 16;
            for (int pass = 0; pass < 2; pass++) {
                BigInteger sum = nh(padded, block * 2048, keys, 32 + pass * 16, pairs);
                hashes.putLong(block * 32 + pass * 16, sum.longValue(), LITTLE_ENDIAN);
                hashes.putLong(block * 32 + pass * 16 + 8, sum.shiftRight(64).longValue(), LITTLE_ENDIAN);
            }
        }
        hashes.putLong(blocks * 32, length, LITTLE_ENDIAN);
        long expected = new SipHashAuthenticator(sipHashKey).hash(hashes, 0, hashes.capacity());

        assertThat(new NhAuthenticator(key, 5000).sign(signed, 0, length)).isTrue();

        assertThat(signed.getLong(MediaFrame.TAG_OFFSET, LITTLE_ENDIAN)).isEqualTo(expected);
    }

    private static BigInteger nh(UnsafeBuffer message, int offset, UnsafeBuffer keys, int keyOffset, int pairs) {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < pairs * 16; i += 16) {
            long left = message.getLong(offset + i, LITTLE_ENDIAN) + keys.getLong(keyOffset + i, LITTLE_ENDIAN);
            long right = message.getLong(offset + i + 8, LITTLE_ENDIAN)
                + keys.getLong(keyOffset + i + 8, LITTLE_ENDIAN);
            sum = sum.add(unsigned(left).multiply(unsigned(right)));
        }
        return sum;
    }

    private static BigInteger unsigned(long word) {
        return new BigInteger(Long.toUnsignedString(word));
    }

    @Test
    void shouldNoticeEveryFlippedBit() {
        byte[] otherKey = new byte[32];
        otherKey[15] = 1;

        noticesEveryFlippedBit(new SipHashAuthenticator(new byte[32]), new SipHashAuthenticator(otherKey));
        noticesEveryFlippedBit(new NhAuthenticator(new byte[32], 1500), new NhAuthenticator(otherKey, 1500));
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
        NhAuthenticator nh = new NhAuthenticator(new byte[32], FRAME_LENGTH);
        SipHashAuthenticator sipHash = new SipHashAuthenticator(new byte[32]);

        assertThat(nh.sign(buffer, 0, FRAME_LENGTH)).isTrue();
        assertThat(nh.sign(buffer, 0, FRAME_LENGTH + 1)).isFalse();
        assertThat(nh.verify(buffer, 0, FRAME_LENGTH + 1)).isFalse();
        for (FrameAuthenticator each : List.of(nh, sipHash)) {
            assertThat(each.sign(buffer, 0, MediaFrame.HEADER_LENGTH)).isTrue();
            assertThat(each.sign(buffer, 0, MediaFrame.HEADER_LENGTH - 1)).isFalse();
            assertThat(each.verify(buffer, 0, MediaFrame.HEADER_LENGTH - 1)).isFalse();
        }
        assertThatThrownBy(() -> new NhAuthenticator(new byte[31], FRAME_LENGTH)).hasMessageContaining("31");
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
