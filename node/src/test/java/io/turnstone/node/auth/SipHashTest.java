package io.turnstone.node.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected values come from OpenSSL 3.0: {@code openssl mac -macopt hexkey:K -macopt size:16 -in M SIPHASH}. */
class SipHashTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource({
        "000102030405060708090a0b0c0d0e0f, 000102030405060708090a0b0c0d0e0f, 6ee2a4ca67b054bbfd3315bf85230577",
        "ff0102030405060708090a0b0c0d0eff, 100102030405060708090a0b0c0d0e0f, 64679d3737f2a69863e1f2f64edd75a4"})
    void shouldAgreeWithOpenSsl(String key, String message, String expected) {
        SipHash hash = new SipHash(HEX.parseHex(key));
        ByteBuffer words = ByteBuffer.wrap(HEX.parseHex(message)).order(ByteOrder.LITTLE_ENDIAN);
        hash.hash(words.getLong(), words.getLong());
        assertThat(text(hash)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, a3817f04ba25a8e66df67214c7550293",
        "1, da87c1d86b99af44347659119b22fc45",
        "15, 5493e99933b0a8117e08ec0f97cfc3d9",
        "20, 9e25fc833f2290733e9344a5e83839eb",
        "33, 77c6077146f01c32b6b69d5f4ea9ffcf"})
    void shouldHashAnyLengthInAnyPieces(int length, String expected) {
        SipHash hash = new SipHash(HEX.parseHex("000102030405060708090a0b0c0d0e0f"));
        UnsafeBuffer message = new UnsafeBuffer(new byte[length]);
        for (int i = 0; i < length; i++) {
            message.putByte(i, (byte) i);
        }
        for (int cut = 0; cut <= length; cut++) {
            hash.begin().put(message, 0, cut).put(message, cut, length).end();
            assertThat(text(hash)).as("cut at %d", cut).isEqualTo(expected);
        }
        hash.begin().put(message.getStringWithoutLengthAscii(0, length)).end();
        assertThat(text(hash)).isEqualTo(expected);
    }

    private static String text(SipHash hash) {
        ByteBuffer result = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        return HEX.formatHex(result.putLong(hash.first()).putLong(hash.second()).array());
    }
}
