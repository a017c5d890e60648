package io.turnstone.node.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class NonceCountsTest {
    private final UnsafeBuffer nonces = new UnsafeBuffer(new byte[2 * Nonces.LENGTH]);
    private final NonceCounts counts = new NonceCounts(1);

    NonceCountsTest() {
        nonces.putLong(Nonces.LENGTH - Long.BYTES, 7);
        nonces.putLong(2 * Nonces.LENGTH - Long.BYTES, 8);
    }

    private boolean use(long count) {
        return counts.use(nonces, 0, count);
    }

    @Test
    void shouldTakeEachCountOnceInAnyOrder() {
        assertThat(use(1)).isTrue();
        assertThat(use(1)).isFalse();
        assertThat(use(4)).isTrue();
        assertThat(use(2)).isTrue();
        assertThat(use(3)).isTrue();
        assertThat(use(2)).isFalse();
        assertThat(use(4)).isFalse();
    }

    @Test
    void shouldRefuseACountThatIsFarBehind() {
        assertThat(use(100)).isTrue();
        assertThat(use(37)).isTrue();
        assertThat(use(36)).isFalse();
        assertThat(use(1000)).isTrue();
        assertThat(use(999)).isTrue();
        assertThat(use(100)).isFalse();
    }

    @Test
    void shouldForgetANonceThatAnotherOneHasDisplaced() {
        assertThat(use(1)).isTrue();
        assertThat(counts.use(nonces, Nonces.LENGTH, 1)).isTrue();
        assertThat(counts.use(nonces, Nonces.LENGTH, 1)).isFalse();
        assertThat(use(1)).isTrue();
    }

    @Test
    void shouldWantAPowerOfTwo() {
        assertThatIllegalArgumentException().isThrownBy(() -> new NonceCounts(3)).withMessageContaining("3 slots");
    }
}
