package io.turnstone.node.signaling;

import io.turnstone.node.replication.Outbox;
import io.turnstone.node.replication.OutcomeHandler;
import io.turnstone.node.replication.RecordListener;
import io.turnstone.node.replication.Rendezvous;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.replication.Replicator;
import io.turnstone.node.replication.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What all users publish and who watches them, whole on every node. Of each address-of-record one node writes, its home:
 * the first in its rendezvous order. When that dies the next one has all that was confirmed. The signaling thread's.
 */
final class ReplicatedPresence {
    private final long self;
    private final LongSupplier clockMs;
    private final BindingIds ids = new BindingIds();
    private final Map<String, Map<String, PresenceRecord>> byAddress = new HashMap<>();
    private final LinkedHashSet<String> changed = new LinkedHashSet<>();
    private final Replicator<PresenceRecord> replicator;
    private Set<Long> live;

    /**
     * @param self incarnation of this node
     * @param outbox to the other nodes
     * @param clockMs epoch milliseconds
     */
    ReplicatedPresence(long self, ReplicationSettings replication, Outbox outbox, LongSupplier clockMs) {
        this.self = self;
        this.clockMs = clockMs;
        this.live = Set.of(self);
        this.replicator = new Replicator<>(replication, self, new PresenceRecordCodec(), outbox, new Held());
    }

    private final class Held implements RecordListener<PresenceRecord> {
        @Override
        public void onRecord(PresenceRecord record) {
            byAddress.computeIfAbsent(record.addressOfRecord(), _ -> new HashMap<>())
                .put(record.item().name(), record);
            changed.add(record.addressOfRecord());
        }

        @Override
        public void onMerged(PresenceRecord merged) {}

        @Override
        public void onRemoved(PresenceRecord last) {
            Map<String, PresenceRecord> held = byAddress.get(last.addressOfRecord());
            if (held != null) {
                held.remove(last.item().name());
                if (held.isEmpty()) {
                    byAddress.remove(last.addressOfRecord());
                }
            }
            changed.add(last.addressOfRecord());
        }
    }

    Replicator<PresenceRecord> replicator() {
        return replicator;
    }

    /** Who can be a home; this node alone if nobody can. */
    void live(Set<Long> nodes) {
        live = nodes.isEmpty() ? Set.of(self) : nodes;
    }

    /** The node that looks after the presence of an address-of-record. */
    long home(String addressOfRecord) {
        return Rendezvous.first(ids.addressOfRecord(addressOfRecord), live);
    }

    /** What is known of an address-of-record, but for its bindings. */
    PresenceState held(String addressOfRecord) {
        return PresenceState.of(
            byAddress.getOrDefault(addressOfRecord, Map.of()).values().stream().map(PresenceRecord::item).toList());
    }

    /** Of which something is known. */
    List<String> addresses() {
        return List.copyOf(byAddress.keySet());
    }

    /**
     * Replicates what has become of an address-of-record here, at its home.
     *
     * @param whenHeld is called with the time once, when another node has what has changed: at once if nothing has
     */
    void write(String addressOfRecord, PresenceState before, PresenceState after, long nowMs, LongConsumer whenHeld) {
        Map<String, PresenceItem> gone = before.items();
        List<PresenceItem> written = new ArrayList<>();
        after.items().forEach((name, item) -> {
            PresenceItem was = gone.remove(name);
            if (was == null || !was.replicated().equals(item.replicated())) {
                written.add(item.replicated());
            }
        });
        gone.values().removeIf(item -> !item.isLive(nowMs));
        Countdown countdown = new Countdown(written.size() + gone.size() + 1, whenHeld);
        written.forEach(item -> share(addressOfRecord, item, nowMs, countdown));
        gone.values().forEach(item -> withdraw(addressOfRecord, item, nowMs, countdown));
        countdown.count();
    }

    private void share(String addressOfRecord, PresenceItem item, long nowMs, Countdown countdown) {
        PresenceRecord held = byAddress.getOrDefault(addressOfRecord, Map.of()).get(item.name());
        PresenceRecord next = held == null
            ? PresenceRecord.first(ids.presence(addressOfRecord, item.name()), addressOfRecord, item, self, nowMs)
            : held.with(item, self, nowMs);
        replicator.share(next, nowMs, countdown);
    }

    private void withdraw(String addressOfRecord, PresenceItem item, long nowMs, Countdown countdown) {
        PresenceRecord held = byAddress.getOrDefault(addressOfRecord, Map.of()).get(item.name());
        if (held == null) {
            countdown.count();
        } else {
            replicator.withdraw(held.id(), held.lineage().version(), self, nowMs, countdown);
        }
    }

    /** Whatever becomes of a change, its author goes on: what it wrote last is what counts here. */
    private final class Countdown implements OutcomeHandler<PresenceRecord> {
        private final LongConsumer whenZero;
        private int left;

        Countdown(int from, LongConsumer whenZero) {
            this.left = from;
            this.whenZero = whenZero;
        }

        private void count() {
            left--;
            if (left == 0) {
                whenZero.accept(clockMs.getAsLong());
            }
        }

        @Override
        public void onReplicated(Version version) {
            count();
        }

        @Override
        public void onConflict(PresenceRecord existing) {
            count();
        }

        @Override
        public void onGone() {
            count();
        }
    }

    /** Exchanges what is to be said, and tells the agent what has changed since the last time. Returns how much there was. */
    int doWork(PresenceAgent agent, long nowMs) {
        int work = replicator.doWork(nowMs);
        if (!changed.isEmpty()) {
            List<String> those = List.copyOf(changed);
            changed.clear();
            those.forEach(addressOfRecord -> agent.onHeld(addressOfRecord, nowMs));
            work += those.size();
        }
        return work;
    }
}
