package io.turnstone.node.rib;

import static io.turnstone.node.rib.Routes.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.replication.RecordListener;
import io.turnstone.node.replication.ReplicationCounter;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.replication.Replicator;
import io.turnstone.node.replication.Unheard;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What it costs to make nodes with many records agree, on wires that carry each message in a turn of its own. */
class RepairTest {
    private static final int RECORDS = 20_000;
    private static final long TURN_MS = 10;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Message(long from, long to, byte[] bytes) {}

    private final Map<Long, Replicator<Route>> nodes = new TreeMap<>();
    private final Deque<Message> wire = new ArrayDeque<>();
    private final List<Route> taken = new ArrayList<>();
    private boolean lossy;
    private long nowMs = 1_000;

    private final class Taking implements RecordListener<Route> {
        @Override
        public void onRecord(Route record) {
            taken.add(record);
        }

        @Override
        public void onMerged(Route route) {}

        @Override
        public void onRemoved(Route last) {}
    }

    private void start(long self) {
        nodes.put(self, new Replicator<>(ReplicationSettings.DEFAULT, self, new RouteCodec(),
            (to, bytes) -> lossy || wire.add(new Message(self, to, bytes)), new Taking()));
    }

    private void meet(long one, long other, boolean narrows) {
        node(one).addPeer(other, narrows, nowMs);
        node(other).addPeer(one, narrows, nowMs);
    }

    private Replicator<Route> node(long incarnation) {
        return Objects.requireNonNull(nodes.get(incarnation));
    }

    private void announce(long at, int first, int count) {
        for (int i = first; i < first + count; i++) {
            node(at).announce(route(i + 1, at, 1_000 + i, 40_000 + i, 3_600_000), at, nowMs, new Unheard<>());
        }
    }

    private void pass(long ms) {
        pass(ms, TURN_MS);
    }

    /** What is sent within a turn arrives in the next one. */
    private void pass(long ms, long turnMs) {
        for (long endMs = nowMs + ms; nowMs < endMs; nowMs += turnMs) {
            for (int waiting = wire.size(); waiting > 0; waiting--) {
                Message next = wire.remove();
                Replicator<Route> receiver = nodes.get(next.to());
                if (receiver != null) {
                    UnsafeBuffer bytes = new UnsafeBuffer(next.bytes());
                    receiver.onMessage(next.from(), bytes, 0, bytes.capacity(), nowMs);
                }
            }
            nodes.values().forEach(node -> node.doWork(nowMs));
        }
    }

    private long sent() {
        return nodes.values().stream().mapToLong(node -> node.counters().get(ReplicationCounter.BYTES_SENT)).sum();
    }

    private void assertAgreement() {
        nodes.forEach((self, node) -> {
            assertThat(nodes.keySet()).filteredOn(peer -> !peer.equals(self)).allMatch(node::inSync);
            assertThat(node.digest()).isEqualTo(node(1).digest());
        });
    }

    /** A cluster of three, with as many records. */
    private void fill(boolean narrows) {
        start(1);
        announce(1, 0, RECORDS);
        start(2);
        start(3);
        meet(1, 2, narrows);
        meet(1, 3, narrows);
        meet(2, 3, narrows);
        pass(3_000);
        assertAgreement();
    }

    @Test
    void shouldFetchEachRecordOnceForANewNodeWhoeverItMeets() {
        fill(true);
        taken.clear();
        start(4);
        for (long other = 1; other <= 3; other++) {
            meet(4, other, true);
        }
        pass(3_000);
        assertAgreement();
        assertThat(taken).hasSize(RECORDS);
        long repaired = nodes.values()
            .stream()
            .mapToLong(node -> node.counters().get(ReplicationCounter.RECORDS_REPAIRED))
            .sum();
        assertThat(repaired).as("records sent since the beginning").isEqualTo(3 * RECORDS);
    }

    @Test
    void shouldSayLittleWhereLittleDiffersAmongMuch() {
        long withoutLeaves = bytesToRepair(false);
        nodes.clear();
        wire.clear();
        assertThat(bytesToRepair(true)).isLessThan(withoutLeaves / 2);
    }

    /** Digests that are compared for two seconds, and the twenty changes of which two nodes were not told. */
    private long bytesToRepair(boolean narrows) {
        fill(narrows);
        lossy = true;
        for (long id = 1; id <= 20; id++) {
            Route changed = node(1).find(id).orElseThrow().next(nowMs);
            node(1).announce(changed, 1, nowMs, new Unheard<>());
        }
        lossy = false;
        long before = sent();
        pass(2_000);
        assertAgreement();
        return sent() - before;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldUniteTwoHalves(boolean narrows) {
        start(1);
        start(2);
        announce(1, 0, 3_000);
        announce(2, 2_000, 3_000);
        meet(1, 2, narrows);
        pass(2_000);
        assertAgreement();
        assertThat(node(1).find(5_000)).isPresent();
        assertThat(node(2).find(1)).isPresent();
    }

    @Test
    void shouldPullFromAnotherWhenTheFirstFallsSilent() {
        fill(true);
        start(4);
        meet(4, 1, true);
        pass(30);
        nodes.remove(1L);
        wire.removeIf(message -> message.from() == 1);
        meet(4, 2, true);
        meet(4, 3, true);
        pass(9_000);
        assertThat(node(4).digest()).as("while the first may still answer").isNotEqualTo(node(2).digest());
        pass(3_000);
        assertThat(node(4).digest()).isEqualTo(node(2).digest());
        assertThat(node(4).counters().get(ReplicationCounter.PULLS_STALLED)).isEqualTo(1);
        assertThat(node(4).inSync(2)).isTrue();
    }

    /** Four others who know less keep a slow node pulling, one after the other, and get nothing if it waits for an end of that. */
    @ParameterizedTest
    @ValueSource(longs = {TURN_MS, 100, 200, 500})
    void shouldTellWhatOthersLackWhileItIsPullingAllTheTime(long turnMs) {
        start(1);
        announce(1, 0, 200);
        for (long node = 2; node <= 5; node++) {
            start(node);
            for (long other = 1; other < node; other++) {
                meet(node, other, true);
            }
        }
        pass(5_000);
        for (long id = 1; id <= 5; id++) {
            lossy = true;
            Route changed = node(1).find(id).orElseThrow().next(nowMs);
            node(1).announce(changed, 1, nowMs, new Unheard<>());
            lossy = false;
            pass(10_000, turnMs);
            assertAgreement();
        }
    }
}
