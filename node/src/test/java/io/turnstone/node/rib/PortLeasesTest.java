package io.turnstone.node.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.PortRange;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PortLeasesTest {
    private static final long QUARANTINE_MS = 60_000;

    private static final PortRange RANGE = new PortRange(50_001, 50_010);

    private final PortLeases leases = granted(RANGE, QUARANTINE_MS, new Random(1));

    private static PortLeases granted(PortRange range, long quarantineMs, Random random) {
        PortLeases leases = new PortLeases(range, quarantineMs, random);
        leases.grant(range);
        return leases;
    }

    @Test
    void shouldLeaseWhatWasGrantedOnly() {
        PortLeases some = new PortLeases(RANGE, QUARANTINE_MS, new Random(1));
        assertThat(some.lease(0)).isEmpty();
        some.grant(new PortRange(50_003, 50_003));
        assertThat(some.isIdle(new PortRange(50_003, 50_003), 0)).isTrue();
        assertThat(some.lease(0)).hasValue(50_003);
        assertThat(some.lease(0)).isEmpty();
    }

    @Test
    void shouldForgetRevokedPortsAsTheyAreReleased() {
        int port = leases.lease(0).orElseThrow();
        leases.revoke(RANGE);
        assertThat(leases.free(0)).isZero();
        leases.release(port, 0);
        assertThat(leases.resting()).isOne();
        assertThat(leases.free(QUARANTINE_MS)).isZero();
    }

    @Test
    void shouldLetAPortRestThatIsGrantedAgainMeanwhile() {
        int port = leases.lease(0).orElseThrow();
        leases.revoke(RANGE);
        leases.release(port, 0);
        leases.grant(RANGE);
        assertThat(leases.free(0)).isEqualTo(9);
        assertThat(leases.isIdle(RANGE, 0)).isFalse();
        assertThat(leases.free(QUARANTINE_MS)).isEqualTo(10);
        assertThat(leases.isIdle(RANGE, QUARANTINE_MS)).isTrue();
    }

    @Test
    void shouldNotFreeALeasedPortByGrantingItAgain() {
        for (int i = 0; i < 10; i++) {
            leases.lease(0);
        }
        leases.revoke(RANGE);
        leases.grant(RANGE);
        assertThat(leases.free(0)).isZero();
    }

    @Test
    void shouldLeaseEachPortOnceUntilNoneIsLeft() {
        Set<Integer> leased = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            leased.add(leases.lease(0).orElseThrow());
        }
        assertThat(leased).hasSize(10).allMatch(port -> port >= 50_001 && port <= 50_010);
        assertThat(leases.lease(0)).isEmpty();
    }

    @Test
    void shouldLetAPortRestAfterItsRelease() {
        for (int i = 0; i < 10; i++) {
            leases.lease(0);
        }
        leases.release(50_004, 1_000);
        assertThat(leases.lease(1_000 + QUARANTINE_MS - 1)).isEmpty();
        assertThat(leases.lease(1_000 + QUARANTINE_MS)).hasValue(50_004);
    }

    @Test
    void shouldIgnoreTheReleaseOfAPortThatIsNotLeased() {
        leases.release(50_004, 0);
        leases.release(40_000, 0);
        assertThat(leases.resting()).isZero();
        assertThat(leases.free(0)).isEqualTo(10);
    }

    @Test
    void shouldLeaseOnlyEvenPortsWhereTheyAreAskedFor() {
        for (int i = 0; i < 5; i++) {
            assertThat(leases.leaseEven(0).orElseThrow() % 2).isZero();
        }
        assertThat(leases.leaseEven(0)).isEmpty();
        assertThat(leases.free(0)).isEqualTo(5);
    }

    @Test
    void shouldLeaseAnEvenPortWithItsSuccessor() {
        Set<Integer> evens = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            evens.add(leases.leaseEvenPair(0).orElseThrow());
        }
        assertThat(evens).containsExactlyInAnyOrder(50_002, 50_004, 50_006, 50_008);
        assertThat(leases.leaseEvenPair(0)).isEmpty();
        assertThat(leases.free(0)).isEqualTo(2);
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldNeverLeaseAPortThatIsInUseOrRests(long seed) {
        Random random = new Random(seed);
        PortLeases it = granted(new PortRange(1 + random.nextInt(3), 40), 100, random);
        long[] freeAtMs = new long[41];
        Set<Integer> used = new HashSet<>();
        for (long nowMs = 0; nowMs < 2_000; nowMs++) {
            if (random.nextBoolean()) {
                OptionalInt port = random.nextInt(3) == 0 ? it.leaseEvenPair(nowMs) : it.lease(nowMs);
                if (port.isPresent()) {
                    assertThat(used.add(port.getAsInt())).isTrue();
                    assertThat(freeAtMs[port.getAsInt()]).isLessThanOrEqualTo(nowMs);
                }
            } else if (!used.isEmpty()) {
                int port = used.iterator().next();
                used.remove(port);
                it.release(port, nowMs);
                freeAtMs[port] = nowMs + 100;
            }
        }
    }
}
