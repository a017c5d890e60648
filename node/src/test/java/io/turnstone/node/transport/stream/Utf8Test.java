package io.turnstone.node.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    private static final int ROUNDS = 200_000;

    /** In a buffer of its own length, so a read beyond it fails. */
    private static boolean isWellFormed(byte[] octets) {
        return Utf8.isWellFormed(new UnsafeBuffer(octets), 0, octets.length);
    }

    private static boolean isWellFormedToTheJdk(byte[] octets) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    /** Octets near the borders of what is allowed, among ASCII. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldAgreeWithTheJdk(long seed) {
        int[] octets = {'a', 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF,
            0xF0, 0xF1, 0xF4, 0xF5, 0xFF};
        SplittableRandom random = new SplittableRandom(seed);
        int wellFormed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] text = new byte[random.nextInt(6)];
            for (int i = 0; i < text.length; i++) {
                text[i] = (byte) octets[random.nextInt(octets.length)];
            }
            boolean expected = isWellFormedToTheJdk(text);
            wellFormed += expected ? 1 : 0;
            assertThat(isWellFormed(text)).as("seed %d: %s", seed, HexFormat.of().formatHex(text)).isEqualTo(expected);
        }
        assertThat(wellFormed).isBetween(ROUNDS / 20, ROUNDS / 2);
    }

    @Test
    void shouldTakeEveryCharacterAtEveryPlace() {
        String text = "aé€\uD83D\uDE00";
        for (int before = 0; before < 20; before++) {
            byte[] octets = ("x".repeat(before) + text + "y".repeat(20 - before)).getBytes(StandardCharsets.UTF_8);
            assertThat(isWellFormed(octets)).isTrue();
            octets[before + 2] = 'z';
            assertThat(isWellFormed(octets)).isFalse();
        }
    }
}
