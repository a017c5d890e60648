package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.StunMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketMutatorTest {
    private static final List<byte[]> CAPTURES = CapturedPackets.all();

    @Test
    void shouldMakeTheSamePacketsOfTheSameSeed() {
        PacketMutator one = new PacketMutator(7, CAPTURES);
        PacketMutator other = new PacketMutator(7, CAPTURES);

        for (int i = 0; i < 1_000; i++) {
            assertThat(one.next()).isEqualTo(other.next());
        }
    }

    @Test
    void shouldMakeSomePacketsThatAreStillStunAndManyThatAreNot() {
        PacketMutator mutator = new PacketMutator(7, CAPTURES);
        int readable = 0;
        for (int i = 0; i < 1_000; i++) {
            readable += StunMessage.parse(mutator.next()).isPresent() ? 1 : 0;
        }

        assertThat(readable).isBetween(50, 600);
    }
}
