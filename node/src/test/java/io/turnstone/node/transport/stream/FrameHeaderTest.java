package io.turnstone.node.transport.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameHeaderTest {
    private static final int PAYLOAD_MAX = 1 << 20;
    private static final int ROUNDS = 100_000;

    private final FrameHeader header = new FrameHeader();

    private int read(byte[] octets) {
        return header.read(new UnsafeBuffer(octets), 0, octets.length, PAYLOAD_MAX);
    }

    /** RFC 6455 §5.7: a single-frame masked text message. */
    @Test
    void shouldReadTheExampleOfTheStandard() {
        byte[] octets = HexFormat.of().parseHex("818537fa213d7f9f4d5158");
        assertThat(read(octets)).isEqualTo(FrameHeader.READ);
        assertThat(header.opcode()).isEqualTo(FrameHeader.TEXT);
        assertThat(header.isLast()).isTrue();
        assertThat(header.isControl()).isFalse();
        assertThat(header.length()).isEqualTo(6);
        assertThat(header.payloadLength()).isEqualTo(5);
        assertThat(header.unmask(new UnsafeBuffer(octets), 0)).isTrue();
        assertThat(new String(octets, 6, 5, UTF_8)).isEqualTo("Hello");
    }

    @ParameterizedTest
    @CsvSource({"8185, 6", "81fe0100, 8", "81ff0000000000010000, 14"})
    void shouldWaitForTheWholeHeader(String beginning, int length) {
        byte[] whole = HexFormat.of().parseHex(beginning + "37fa213d");
        for (int octets = 0; octets < length; octets++) {
            assertThat(read(java.util.Arrays.copyOf(whole, octets))).isEqualTo(FrameHeader.INCOMPLETE);
        }
        assertThat(read(whole)).isEqualTo(FrameHeader.READ);
        assertThat(header.length()).isEqualTo(length);
    }

    @Test
    void shouldRefuseALengthOverTheLimitBeforeAnythingElseCame() {
        assertThat(read(HexFormat.of().parseHex("82ff0000000000100000"))).isEqualTo(FrameHeader.INCOMPLETE);
        assertThat(read(HexFormat.of().parseHex("82ff0000000000100001"))).isEqualTo(StreamClosure.TOO_BIG);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, PAYLOAD_MAX})
    void shouldWriteEveryLengthInItsShortestForm(int length) {
        ByteBuf written = Unpooled.buffer();
        FrameHeader.write(written, FrameHeader.BINARY, length);
        int lengthOctets = length < 126 ? 0 : length < 65_536 ? 2 : 8;
        assertThat(written.readableBytes()).isEqualTo(2 + lengthOctets);
        // A server's frame is a client's without the mask: with the bit set and a key behind it, it has to be read alike.
        written.setByte(1, written.getByte(1) | 0x80).writeInt(0);
        byte[] octets = new byte[written.readableBytes()];
        written.readBytes(octets);
        assertThat(read(octets)).isEqualTo(FrameHeader.READ);
        assertThat(header.opcode()).isEqualTo(FrameHeader.BINARY);
        assertThat(header.payloadLength()).isEqualTo(length);
    }

    @Test
    void shouldUnmaskAtEveryOffsetAndTellAsciiFromOthers() {
        SplittableRandom random = new SplittableRandom(42);
        for (int length = 0; length < 100; length++) {
            byte[] payload = new byte[length];
            random.nextBytes(payload);
            boolean ascii = random.nextBoolean();
            boolean expected = true;
            for (int i = 0; i < length; i++) {
                payload[i] = (byte) (ascii ? payload[i] & 0x7F : payload[i]);
                expected &= payload[i] >= 0;
            }
            byte[] frame = RawWebSocket.frame(0x82, payload);
            int offset = length % 9;
            UnsafeBuffer buffer = new UnsafeBuffer(new byte[offset + frame.length]);
            buffer.putBytes(offset, frame);
            assertThat(header.read(buffer, offset, frame.length, PAYLOAD_MAX)).isEqualTo(FrameHeader.READ);
            assertThat(header.unmask(buffer, offset)).isEqualTo(expected);
            byte[] unmasked = new byte[length];
            buffer.getBytes(offset + header.length(), unmasked);
            assertThat(unmasked).isEqualTo(payload);
        }
    }

    /** Whatever comes: an answer, and lengths that make sense. */
    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void shouldTakeAnyOctets(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] octets = new byte[random.nextInt(16)];
            random.nextBytes(octets);
            int outcome = read(octets);
            assertThat(outcome).as("seed %d: %s", seed, HexFormat.of().formatHex(octets))
                .isIn(FrameHeader.READ, FrameHeader.INCOMPLETE, StreamClosure.PROTOCOL_ERROR, StreamClosure.TOO_BIG);
            if (outcome == FrameHeader.READ) {
                read++;
                assertThat(header.payloadLength()).isBetween(0, PAYLOAD_MAX);
                assertThat(header.length()).isBetween(6, octets.length);
            }
        }
        assertThat(read).isPositive();
    }
}
