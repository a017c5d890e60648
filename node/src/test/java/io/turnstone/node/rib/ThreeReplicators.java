package io.turnstone.node.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.replication.OutcomeHandler;
import io.turnstone.node.replication.RecordListener;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.replication.Replicator;
import io.turnstone.node.replication.Version;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;

/** Three replicators of routes and the wires between them, message by message: what tests of them begin with. */
abstract class ThreeReplicators {
    static final Set<Long> ALL = Set.of(1L, 2L, 3L);

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Message(long from, long to, byte[] bytes) {}

    final Map<Long, Replicator<Route>> nodes = new TreeMap<>();
    final Deque<Message> wire = new ArrayDeque<>();
    final Set<Long> full = new HashSet<>();
    final Set<Long> cut = new HashSet<>();
    final List<String> outcomes = new ArrayList<>();
    final List<Route> merged = new ArrayList<>();
    long nowMs = 1_000;

    @BeforeEach
    void connect() {
        for (long self : ALL) {
            nodes.put(
                self,
                new Replicator<>(
                    ReplicationSettings.DEFAULT,
                    self,
                    new RouteCodec(),
                    (to, bytes) -> !full.contains(to) && wire.add(new Message(self, to, bytes)),
                    new Noting()));
        }
        nodes.values().forEach(node -> ALL.forEach(peer -> node.addPeer(peer, true, 0)));
        live(ALL);
        pass(2_000);
        nodes.values().forEach(node -> assertThat(node.allInSync()).isTrue());
    }

    final class Noting implements RecordListener<Route> {
        @Override
        public void onRecord(Route record) {}

        @Override
        public void onMerged(Route route) {
            merged.add(route);
        }

        @Override
        public void onRemoved(Route last) {}
    }

    final class Note implements OutcomeHandler<Route> {
        @Override
        public void onReplicated(Version version) {
            outcomes.add("replicated " + version);
        }

        @Override
        public void onConflict(Route existing) {
            outcomes.add("conflict " + existing.allocationId());
        }

        @Override
        public void onGone() {
            outcomes.add("gone");
        }
    }

    final void live(Set<Long> live) {
        ALL.forEach(node -> live(node, live));
    }

    /** That one hears these and no others. */
    final void live(long at, Set<Long> live) {
        node(at).onLive(live, live, nowMs);
    }

    final void deliver() {
        for (Message next = wire.poll(); next != null; next = wire.poll()) {
            if (cut.contains(next.from()) == cut.contains(next.to())) {
                node(next.to())
                    .onMessage(next.from(), new UnsafeBuffer(next.bytes()), 0, next.bytes().length, nowMs);
            }
        }
    }

    /** What is for that one is lost. */
    final void deliverToAllBut(long deaf) {
        wire.removeIf(message -> message.to() == deaf);
        for (Message next = wire.poll(); next != null; next = wire.poll()) {
            node(next.to()).onMessage(next.from(), new UnsafeBuffer(next.bytes()), 0, next.bytes().length, nowMs);
        }
    }

    final void pass(long ms) {
        for (long endMs = nowMs + ms; nowMs < endMs; nowMs += 10) {
            nodes.values().forEach(node -> node.doWork(nowMs));
            deliver();
        }
    }

    final Replicator<Route> node(long incarnation) {
        return Objects.requireNonNull(nodes.get(incarnation));
    }

    final void announce(long at, Route route) {
        node(at).announce(route, at, nowMs, new Note());
    }
}
