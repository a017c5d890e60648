package io.turnstone.node.replication;

import io.turnstone.protocol.wire.Acknowledgement;
import io.turnstone.protocol.wire.Announcement;
import io.turnstone.protocol.wire.Refusal;
import io.turnstone.protocol.wire.ReplicatedRecord;
import io.turnstone.protocol.wire.ReplicationMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What this node has written and enough others have yet to acknowledge. A new record, or one with a new key, is first put
 * to its referee alone, the first live node in the rendezvous order of the record's key, which refuses it if it knows the
 * key under another id; then everyone is told. Until then its author keeps a new key to itself: what it held would spread
 * by comparison, and be taken over by others, unjudged. What becomes of a refused change is its author's business.
 *
 * <p>A node that hears none of its members is its own referee, but not at once: more often it is the one that does not hear,
 * and the others may be giving the key away meanwhile. Where fewer than half of the members hear each other, no referee is
 * asked at all: what they gave would be unknown to the others, to whom the balancer is about to send the client. After a
 * while the announcement of what nobody was shown ends there as if the record were gone, and its author's client asks
 * again. What a referee on the other side may have taken waits until enough are heard, or until it expires. One thread.
 */
final class Announcements<R> {
    /** How long a new key waits at a node that hears no member, or too few, before that is taken for true. */
    private static final long DOUBT_MS = 1_000;

    private record Name(long id, Version version) {}

    private static final class Pending<R> {
        final StoredRecord<R> record;
        final long key;
        final long asker;
        final long announcedMs;
        final OutcomeHandler<R> handler;
        final Set<Long> asked = new TreeSet<>();
        final Set<Long> acknowledged = new TreeSet<>();
        /** New, or with a new key, and its referee has not taken it yet. */
        boolean fresh;
        /** Some node may hold it, whatever becomes of it here. */
        boolean shown;
        boolean spread;

        Pending(
            StoredRecord<R> record, long key, long asker, boolean fresh, long announcedMs, OutcomeHandler<R> handler) {
            this.record = record;
            this.key = key;
            this.asker = asker;
            this.fresh = fresh;
            this.announcedMs = announcedMs;
            this.handler = handler;
        }

        Name name() {
            return new Name(record.id(), record.version());
        }
    }

    private final int acknowledgements;
    private final PeerStreams streams;
    private final RecordStore<R> store;
    private final RecordCodec<R> codec;
    private final ReplicationCounters counters;
    private final Map<Name, Pending<R>> pending = new LinkedHashMap<>();

    Announcements(
        int acknowledgements,
        PeerStreams streams,
        RecordStore<R> store,
        RecordCodec<R> codec,
        ReplicationCounters counters) {
        this.acknowledgements = acknowledgements;
        this.streams = streams;
        this.store = store;
        this.codec = codec;
        this.counters = counters;
    }

    /**
     * @param key of the record, hashed
     * @param asker the node that will answer a client as the record says, and so has to acknowledge it while it is live
     */
    void announce(
        StoredRecord<R> record, long key, long asker, boolean fresh, long nowMs, OutcomeHandler<R> handler) {
        Pending<R> announced = new Pending<>(record, key, asker, fresh, nowMs, handler);
        pending.put(announced.name(), announced);
        advance(announced, nowMs);
    }

    private boolean isInDoubt() {
        return streams.isLonely() || streams.isOfTheFewer();
    }

    /** Goes on with what has waited long enough for members to be heard. */
    int doWork(long nowMs) {
        if (pending.isEmpty() || !isInDoubt()) {
            return 0;
        }
        List<Pending<R>> due = pending.values()
            .stream()
            .takeWhile(it -> !mayWait(it, nowMs))
            .filter(it -> it.fresh)
            .toList();
        due.forEach(it -> advance(it, nowMs));
        return due.size();
    }

    private static boolean mayWait(Pending<?> it, long nowMs) {
        return nowMs - it.announcedMs < DOUBT_MS;
    }

    private void advance(Pending<R> it, long nowMs) {
        long referee = Rendezvous.first(it.key, streams.live());
        if (it.fresh && !judge(it, referee, nowMs)) {
            return;
        }
        if (it.fresh && store.apply(it.record, nowMs) == RecordStore.Applied.GONE) {
            giveUp(it);
            return;
        }
        it.fresh = false;
        Set<Long> chosen = chosen(it, referee);
        if (!it.spread) {
            it.spread = true;
            streams.all().stream().filter(stream -> !chosen.contains(stream.peer)).forEach(stream -> tell(it, stream));
        }
        ask(it, chosen);
        if (it.acknowledged.containsAll(chosen)) {
            pending.remove(it.name());
            counters.acknowledgedAfter(nowMs - it.announcedMs);
            it.handler.onReplicated(it.record.version());
        }
    }

    /** Whether the record has been judged; else asks the referee, waits, or ends the announcement. */
    private boolean judge(Pending<R> it, long referee, long nowMs) {
        if (it.acknowledged.contains(referee)) {
            return true;
        }
        if (isInDoubt() && mayWait(it, nowMs)) {
            return false;
        }
        if (streams.isOfTheFewer()) {
            if (!it.shown) {
                giveUp(it);
            }
            return false;
        }
        if (referee == Rendezvous.NOBODY || referee == streams.self) {
            return judgeHere(it, nowMs);
        }
        ask(it, Set.of(referee));
        return false;
    }

    private boolean judgeHere(Pending<R> it, long nowMs) {
        R rival = rival(it.record, nowMs).map(StoreEntry::content).orElse(null);
        if (rival != null) {
            counters.increment(ReplicationCounter.CONFLICTS);
            pending.remove(it.name());
            it.handler.onConflict(rival);
        }
        return rival == null;
    }

    private void giveUp(Pending<R> it) {
        pending.remove(it.name());
        it.handler.onGone();
    }

    /**
     * The referee, unless it is this node, as many more in the key's order as the settings ask for, and whoever asked: a
     * client that has been answered may use what it was granted at once, where it was answered.
     */
    private Set<Long> chosen(Pending<R> it, long referee) {
        Set<Long> chosen = new TreeSet<>();
        if (referee != Rendezvous.NOBODY && referee != streams.self) {
            chosen.add(referee);
        }
        Set<Long> excluded = new TreeSet<>(chosen);
        excluded.add(streams.self);
        while (chosen.size() < acknowledgements) {
            long next = Rendezvous.firstExcept(it.key, streams.live(), excluded);
            if (next == Rendezvous.NOBODY) {
                break;
            }
            chosen.add(next);
            excluded.add(next);
        }
        if (it.asker != streams.self && streams.live().contains(it.asker)) {
            chosen.add(it.asker);
        }
        return chosen;
    }

    private void ask(Pending<R> it, Set<Long> nodes) {
        for (long node : nodes) {
            PeerStream stream = streams.get(node);
            if (stream != null && !it.acknowledged.contains(node) && it.asked.add(node)) {
                it.shown = true;
                send(stream, it.record, true, it.fresh);
            }
        }
    }

    private void tell(Pending<R> it, PeerStream stream) {
        if (it.acknowledged.contains(stream.peer)) {
            return;
        }
        if (!stream.backlog.isEmpty() || !send(stream, it.record, false, false)) {
            stream.backlog.add(it.record.id());
        }
    }

    private boolean send(PeerStream stream, StoredRecord<R> record, boolean acknowledge, boolean fresh) {
        Announcement.Builder announcement = Announcement.newBuilder()
            .setRecord(record.wire())
            .setAcknowledge(acknowledge)
            .setFresh(fresh);
        return streams.send(stream, ReplicationMessage.newBuilder().setAnnouncement(announcement));
    }

    /** False if the record could not be understood. */
    boolean onAnnouncement(PeerStream from, Announcement announcement, long nowMs) {
        Optional<StoredRecord<R>> read = StoredRecord.read(announcement.getRecord(), codec);
        if (read.isEmpty()) {
            return false;
        }
        StoredRecord<R> record = read.get();
        Optional<StoreEntry<R>> rival = announcement.getFresh() ? rival(record, nowMs) : Optional.empty();
        if (rival.isPresent()) {
            counters.increment(ReplicationCounter.CONFLICTS);
            refuse(from, record, rival.get().siblings());
            return true;
        }
        RecordStore.Applied applied = store.apply(record, nowMs);
        if (announcement.getAcknowledge()) {
            if (applied == RecordStore.Applied.GONE && !record.isWithdrawal()) {
                StoreEntry<R> entry = store.entry(record.id());
                refuse(from, record, entry == null ? List.of() : entry.siblings());
            } else {
                acknowledge(from, record);
            }
        }
        return true;
    }

    private Optional<StoreEntry<R>> rival(StoredRecord<R> record, long nowMs) {
        R content = record.content();
        return content == null
            ? Optional.empty()
            : store.liveByKey(codec.key(content), record.id(), nowMs);
    }

    private void acknowledge(PeerStream to, StoredRecord<R> record) {
        Acknowledgement.Builder acknowledgement = Acknowledgement.newBuilder()
            .setId(record.id())
            .setVersion(LineageCodec.wire(record.version()));
        streams.send(to, ReplicationMessage.newBuilder().setAcknowledgement(acknowledgement));
    }

    private void refuse(PeerStream to, StoredRecord<R> record, List<StoredRecord<R>> existing) {
        Refusal.Builder refusal = Refusal.newBuilder()
            .setId(record.id())
            .setVersion(LineageCodec.wire(record.version()));
        existing.forEach(other -> refusal.addExisting(other.wire()));
        streams.send(to, ReplicationMessage.newBuilder().setRefusal(refusal));
    }

    void onAcknowledgement(PeerStream from, Acknowledgement acknowledgement, long nowMs) {
        Version version = LineageCodec.read(acknowledgement.getVersion());
        Pending<R> it = pending.get(new Name(acknowledgement.getId(), version));
        if (it != null) {
            it.acknowledged.add(from.peer);
            advance(it, nowMs);
        }
    }

    /** Takes what the referee knows, and ends the announcement. False if that could not be understood. */
    boolean onRefusal(Refusal refusal, long nowMs, Consumer<StoredRecord<R>> withdrawer) {
        List<StoredRecord<R>> existing = new ArrayList<>();
        for (ReplicatedRecord wire : refusal.getExistingList()) {
            Optional<StoredRecord<R>> read = StoredRecord.read(wire, codec);
            if (read.isEmpty()) {
                return false;
            }
            existing.add(read.get());
        }
        existing.forEach(record -> store.apply(record, nowMs));
        Pending<R> it = pending.remove(new Name(refusal.getId(), LineageCodec.read(refusal.getVersion())));
        if (it == null) {
            return true;
        }
        Optional<R> rival = existing.stream()
            .filter(record -> record.id() != refusal.getId())
            .flatMap(record -> Optional.ofNullable(record.content()).stream())
            .findFirst();
        if (rival.isPresent()) {
            if (it.record.lineage().isFirst()) {
                withdrawer.accept(it.record);
            }
            it.handler.onConflict(rival.get());
        } else {
            it.handler.onGone();
        }
        return true;
    }

    /** Chooses again who must acknowledge. */
    void onLiveChanged(long nowMs) {
        List.copyOf(pending.values()).forEach(it -> advance(it, nowMs));
    }

    /** Asks again those that have not answered, since the question or the answer may be lost; ends what has expired. */
    void retry(long nowMs) {
        for (Pending<R> it : List.copyOf(pending.values())) {
            if (it.record.deadlineMs() <= nowMs) {
                giveUp(it);
            } else {
                it.asked.retainAll(it.acknowledged);
                advance(it, nowMs);
            }
        }
    }

    int size() {
        return pending.size();
    }
}
