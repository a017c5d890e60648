package io.turnstone.node.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PortSlicesTest {
    private static final long A = 1;
    private static final long B = 2;
    private static final long C = 3;
    private static final long REST_MS = 60_000;
    private static final long GONE_MS = 3_600_000;
    private static final IpAddress ADDRESS = IpAddress.parse("203.0.113.1");
    private static final PortRange RANGE = new PortRange(49_152, 49_152 + 8 * PortSlice.PORTS - 1);

    private final Ledger ledger = new Ledger();
    private long nowMs = 1_000_000;

    /** One that everyone reaches, unless told otherwise; tells of a change at once. */
    private static final class Ledger {
        private final Map<Long, Node> nodes = new HashMap<>();
        private final Set<SliceClaim> claims = new HashSet<>();
        private boolean reachable = true;

        void changed() {
            nodes.values().forEach(node -> node.slices.onClaims(ADDRESS, claims));
        }

        Set<PortSlice> heldBy(long holder) {
            Set<PortSlice> slices = new HashSet<>();
            claims.stream().filter(claim -> claim.holder() == holder).forEach(claim -> slices.add(claim.slice()));
            return slices;
        }
    }

    private final class Node implements SliceLedger {
        private final long self;
        private final PortLeases leases = new PortLeases(RANGE, REST_MS, new SplittableRandom(1));
        private final PortSlices slices;
        private final List<Runnable> later = new ArrayList<>();
        private boolean inSync = true;

        Node(long self) {
            this.self = self;
            this.slices = new PortSlices(self, Map.of(ADDRESS, leases), this, new PortSlices.Times(REST_MS, GONE_MS),
                () -> inSync, new SplittableRandom(self));
            ledger.nodes.put(self, this);
        }

        @Override
        public void claim(PortSlice slice, int votes, Consumer<Answer> answer) {
            SliceClaim own = new SliceClaim(slice, self);
            Answer given = !ledger.reachable
                ? Answer.UNREACHED
                : ledger.claims.stream().anyMatch(other -> other.slice().equals(slice) && other.holder() != self)
                    ? Answer.TAKEN
                    : Answer.GRANTED;
            if (given == Answer.GRANTED) {
                ledger.claims.add(own);
            }
            later.add(() -> answer.accept(given));
        }

        @Override
        public void add(Set<SliceClaim> claims) {
            ledger.claims.addAll(claims);
        }

        @Override
        public void remove(Set<SliceClaim> claims) {
            ledger.claims.removeAll(claims);
        }

        Node up(long... others) {
            slices.up();
            for (long other : others) {
                slices.joined(other);
            }
            ledger.changed();
            return this;
        }

        void work() {
            nowMs += 1_000;
            slices.doWork(nowMs);
            List.copyOf(later).forEach(Runnable::run);
            later.clear();
            ledger.changed();
        }

        TransportAddress lease() {
            return TransportAddress.of(ADDRESS, leases.lease(nowMs).orElseThrow());
        }
    }

    @Test
    void shouldHoldASliceToSpareBeforeItIsNeeded() {
        Node node = new Node(A).up();
        assertThat(node.slices.isReady()).isFalse();
        node.work();
        assertThat(node.slices.isReady()).isTrue();
        assertThat(node.leases.free(nowMs)).isEqualTo(64);
        node.lease();
        node.work();
        assertThat(node.slices.held()).isEqualTo(2);
        assertThat(node.leases.free(nowMs)).isEqualTo(127);
    }

    @Test
    void shouldNeverShareASlice() {
        Node a = new Node(A).up(B);
        Node b = new Node(B).up(A);
        Set<TransportAddress> leased = new HashSet<>();
        for (int i = 0; i < 2 * 64; i++) {
            a.work();
            b.work();
            assertThat(leased.add(a.lease())).isTrue();
            assertThat(leased.add(b.lease())).isTrue();
        }
        assertThat(ledger.heldBy(A)).doesNotContainAnyElementsOf(ledger.heldBy(B));
    }

    @Test
    void shouldStopWhenNoSliceIsLeft() {
        Node node = new Node(A).up();
        for (int i = 0; i < RANGE.size(); i++) {
            node.work();
            node.lease();
        }
        node.work();
        assertThat(node.slices.held()).isEqualTo(8);
        assertThat(node.leases.lease(nowMs)).isEmpty();
    }

    @Test
    void shouldTryAgainWhenNoMajorityWasReached() {
        Node node = new Node(A).up();
        ledger.reachable = false;
        node.work();
        assertThat(node.slices.held()).isZero();
        ledger.reachable = true;
        node.work();
        assertThat(node.slices.held()).isOne();
    }

    @Test
    void shouldGiveBackWhatIsIdleAndMoreThanNeeded() {
        Node node = new Node(A).up();
        List<TransportAddress> leased = new ArrayList<>();
        for (int i = 0; i < 4 * 64; i++) {
            node.work();
            leased.add(node.lease());
        }
        node.work();
        assertThat(node.slices.held()).isEqualTo(5);
        leased.forEach(each -> node.leases.release(each.port(), nowMs));
        node.work();
        assertThat(node.slices.held()).as("ports rest").isEqualTo(5);
        nowMs += REST_MS;
        node.work();
        assertThat(node.slices.held()).isEqualTo(2);
        assertThat(ledger.heldBy(A)).hasSize(2);
    }

    @Test
    void shouldServeButNotLeaseWhatItHeldUntilItIsAMemberAgain() {
        Node node = new Node(A).up();
        node.work();
        TransportAddress leased = node.lease();
        node.slices.down();
        assertThat(node.leases.lease(nowMs)).isEmpty();
        node.up();
        node.work();
        assertThat(node.slices.held()).isOne();
        assertThat(node.leases.free(nowMs)).isEqualTo(63);
        assertThat(ledger.heldBy(A)).containsExactly(PortSlice.of(leased));
    }

    @Test
    void shouldLoseOnlyWhatAnotherHasTakenMeanwhile() {
        Node node = new Node(A).up();
        node.work();
        TransportAddress leased = node.lease();
        node.slices.down();
        ledger.claims.clear();
        ledger.claims.add(new SliceClaim(PortSlice.of(leased), B));
        node.up(B);
        node.work();
        node.work();
        assertThat(ledger.heldBy(A)).isNotEmpty().doesNotContain(PortSlice.of(leased));
        assertThat(node.leases.free(nowMs)).isEqualTo(64);
    }

    @Test
    void shouldClaimAgainWhatTheLedgerHasLost() {
        Node node = new Node(A).up();
        node.work();
        Set<PortSlice> held = ledger.heldBy(A);
        ledger.claims.clear();
        ledger.changed();
        assertThat(node.leases.lease(nowMs)).isEmpty();
        node.work();
        assertThat(ledger.heldBy(A)).containsAll(held);
    }

    @Test
    void shouldTellALedgerThatStartsAfreshWhatItKnows() {
        Node node = new Node(A).up(B);
        SliceClaim others = new SliceClaim(new PortSlice(ADDRESS, 770), B);
        ledger.claims.add(others);
        ledger.changed();
        node.slices.down();
        ledger.claims.clear();
        node.up();
        assertThat(ledger.claims).containsExactly(others);
    }

    @Test
    void shouldGiveBackAClaimThatItKnowsNothingOf() {
        Node node = new Node(A);
        ledger.claims.add(new SliceClaim(new PortSlice(ADDRESS, 770), A));
        node.up();
        assertThat(ledger.claims).isEmpty();
    }

    @Test
    void shouldFreeTheSlicesOfAnEndedProcessWhenNothingNamesThem() {
        Node node = new Node(A).up(B);
        PortSlice slice = new PortSlice(ADDRESS, 770);
        TransportAddress relayed = TransportAddress.of(ADDRESS, 770 * 64 + 5);
        ledger.claims.add(new SliceClaim(slice, B));
        ledger.changed();
        node.slices.named(relayed);
        node.slices.left(B);
        node.slices.ended(B);
        node.work();
        assertThat(ledger.heldBy(B)).as("a route names it").contains(slice);
        node.slices.unnamed(relayed, nowMs);
        node.work();
        assertThat(ledger.heldBy(B)).as("it rests").contains(slice);
        nowMs += REST_MS;
        node.inSync = false;
        node.work();
        assertThat(ledger.heldBy(B)).as("there may be routes that this node does not know").contains(slice);
        node.inSync = true;
        node.work();
        assertThat(ledger.heldBy(B)).isEmpty();
    }

    @Test
    void shouldFreeTheSlicesOfAnOutvotedNodeWhenWhateverItGrantedHasExpired() {
        Node node = new Node(A).up(B, C);
        ledger.claims.add(new SliceClaim(new PortSlice(ADDRESS, 770), C));
        ledger.changed();
        node.slices.left(C);
        node.work();
        nowMs += GONE_MS - 10_000;
        node.work();
        assertThat(ledger.heldBy(C)).isNotEmpty();
        nowMs += 10_000;
        node.work();
        assertThat(ledger.heldBy(C)).isEmpty();
    }

    @Test
    void shouldKeepTheSlicesOfANodeThatIsAMemberAgain() {
        Node node = new Node(A).up(B, C);
        ledger.claims.add(new SliceClaim(new PortSlice(ADDRESS, 770), C));
        ledger.changed();
        node.slices.left(C);
        node.work();
        node.slices.joined(C);
        nowMs += 2 * GONE_MS;
        node.work();
        node.slices.left(C);
        node.work();
        assertThat(ledger.heldBy(C)).isNotEmpty();
    }

    @Test
    void shouldGoOnWithHalfOfTheSlicesWhenOneOfTwoIsLost() {
        Node a = new Node(A).up(B);
        a.work();
        a.slices.left(B);
        ledger.changed();
        nowMs += 2 * GONE_MS;
        Set<Integer> numbers = new TreeSet<>();
        for (int i = 0; i < 4 * 64; i++) {
            a.work();
            numbers.add(PortSlice.of(a.lease()).number());
        }
        long foreign = numbers.stream().filter(number -> number % 2 == 1).count();
        assertThat(foreign).as("but for what it held before").isLessThanOrEqualTo(1);
        assertThat(ledger.heldBy(B)).hasSizeBetween(3, 4).allMatch(slice -> slice.number() % 2 == 1);
    }

    /** Which slice is asked for first follows from the node's name, so here are some names. */
    @Test
    void shouldLeaveWhatItHasOnlyAskedForToTheOtherOfTwo() {
        for (long self = 10; self < 30; self++) {
            ledger.claims.clear();
            ledger.nodes.clear();
            ledger.reachable = false;
            Node node = new Node(self).up(self + 100);
            node.slices.doWork(nowMs);
            node.slices.left(self + 100);
            ledger.reachable = true;
            node.work();
            assertThat(ledger.heldBy(self + 100)).hasSize(4).allMatch(slice -> slice.number() % 2 == 1);
            assertThat(ledger.heldBy(self)).hasSizeLessThanOrEqualTo(1).allMatch(slice -> slice.number() % 2 == 0);
        }
    }

    @Test
    void shouldClaimNothingWithoutAMajorityOfThoseItWasLastTogetherWith() {
        Node node = new Node(A).up(B, C);
        node.slices.down();
        node.up();
        node.work();
        assertThat(node.slices.held()).isZero();
        node.slices.joined(C);
        node.work();
        assertThat(node.slices.held()).isOne();
    }

    @Test
    void shouldNotCountTheDeadAmongThoseWhoseMajorityItNeeds() {
        Node node = new Node(A).up(B, C);
        node.slices.down();
        node.up(4);
        node.slices.ended(B);
        node.work();
        assertThat(node.slices.held()).isZero();
        node.slices.ended(C);
        node.work();
        assertThat(node.slices.held()).isOne();
    }
}
