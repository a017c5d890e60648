package io.turnstone.node.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.auth.Nonces.Verdict;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoncesTest {
    private static final long NOW_MS = 1_795_000_000_000L;
    private static final long VALID_MS = 600_000;
    private static final int OFFSET = 7;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[OFFSET + Nonces.LENGTH + 1]);
    private final Nonces nonces = nonces(1, "secret");

    @Test
    void shouldAcceptANonceOfAnotherNodeWhenTheSecretIsTheSame() {
        nonces.write(buffer, OFFSET, NOW_MS);
        assertThat(verify(nonces(2, "secret"), NOW_MS + 1000)).isEqualTo(Verdict.VALID);
        assertThat(verify(nonces(2, "another"), NOW_MS + 1000)).isEqualTo(Verdict.FORGED);
    }

    @Test
    void shouldSayWithItsCookieWhatTheServerSupports() {
        nonces.write(buffer, OFFSET, NOW_MS);
        assertThat(text()).startsWith("obMatJos2wAAA").hasSize(Nonces.LENGTH).matches("[A-Za-z0-9+/]+");
    }

    @Test
    void shouldExpireAfterItsValidity() {
        nonces.write(buffer, OFFSET, NOW_MS);
        assertThat(verify(nonces, NOW_MS + VALID_MS)).isEqualTo(Verdict.VALID);
        assertThat(verify(nonces, NOW_MS + VALID_MS + 1)).isEqualTo(Verdict.STALE);
    }

    @Test
    void shouldAcceptANonceFromANodeWhoseClockIsAhead() {
        nonces.write(buffer, OFFSET, NOW_MS + 30_000);
        assertThat(verify(nonces, NOW_MS)).isEqualTo(Verdict.VALID);
    }

    @Test
    void shouldNeverWriteTheSameNonceTwice() {
        nonces.write(buffer, OFFSET, NOW_MS);
        String first = text();
        nonces.write(buffer, OFFSET, NOW_MS);
        assertThat(text()).isNotEqualTo(first);
        assertThat(verify(nonces, NOW_MS)).isEqualTo(Verdict.VALID);
    }

    @Test
    void shouldVerifyByEitherSecretWhileOneReplacesTheOther() {
        nonces(1, "old").write(buffer, OFFSET, NOW_MS);
        assertThat(verify(nonces(2, "new", "old"), NOW_MS)).isEqualTo(Verdict.VALID);
        nonces(1, "new", "old").write(buffer, OFFSET, NOW_MS);
        assertThat(verify(nonces(2, "old", "new"), NOW_MS)).isEqualTo(Verdict.VALID);
        assertThat(verify(nonces(2, "old"), NOW_MS)).isEqualTo(Verdict.FORGED);
    }

    static IntStream positions() {
        return IntStream.range(0, Nonces.LENGTH);
    }

    @ParameterizedTest
    @MethodSource("positions")
    void shouldNoticeAChangeOfAnyCharacter(int position) {
        nonces.write(buffer, OFFSET, NOW_MS);
        byte original = buffer.getByte(OFFSET + position);
        for (int value = Byte.MIN_VALUE; value <= Byte.MAX_VALUE; value++) {
            buffer.putByte(OFFSET + position, (byte) value);
            assertThat(verify(nonces, NOW_MS)).isEqualTo(value == original ? Verdict.VALID : Verdict.FORGED);
        }
    }

    @Test
    void shouldNotAcceptAnotherLength() {
        nonces.write(buffer, OFFSET, NOW_MS);
        assertThat(nonces.verify(buffer, OFFSET, Nonces.LENGTH - 1, NOW_MS)).isEqualTo(Verdict.FORGED);
        assertThat(nonces.verify(buffer, OFFSET, Nonces.LENGTH + 1, NOW_MS)).isEqualTo(Verdict.FORGED);
        assertThat(nonces.verify(buffer, OFFSET, 0, NOW_MS)).isEqualTo(Verdict.FORGED);
    }

    private Verdict verify(Nonces verifier, long nowMs) {
        return verifier.verify(buffer, OFFSET, Nonces.LENGTH, nowMs);
    }

    private String text() {
        return buffer.getStringWithoutLengthAscii(OFFSET, Nonces.LENGTH);
    }

    private static Nonces nonces(long seed, String... secrets) {
        return new Nonces(ClusterKeys.ofSecrets(List.of(secrets)), VALID_MS, new Random(seed));
    }
}
