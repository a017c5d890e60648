package io.turnstone.node.replication;

import io.turnstone.protocol.wire.Acknowledgement;
import io.turnstone.protocol.wire.Announcement;
import io.turnstone.protocol.wire.Refusal;
import io.turnstone.protocol.wire.ReplicatedRecord;
import io.turnstone.protocol.wire.ReplicationMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What this node has written and enough others have yet to acknowledge. A new record, or one with a new key, is first put
 * to its referees alone, which refuse it if they know the key under another id; then everyone is told. They are the first
 * live nodes in the rendezvous order of the record's key, as many as any two authors have one of in common: on busy machines
 * nodes suspect each other for a moment, so that two may disagree on who is live. The first one is asked before the others,
 * so that of two rivals that begin with the same one only one goes on.
 * Until then its author keeps a new key to itself: what it held would spread by comparison, and be taken over by others,
 * unjudged. Should it be asked to judge a rival meanwhile, the lower id goes on. What becomes of a refused change is its
 * author's business.
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
    private static final int REFEREES_MAX = 3;

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
    private final long tombstoneMs;
    private final PeerStreams streams;
    private final RecordStore<R> store;
    private final RecordCodec<R> codec;
    private final ReplicationCounters counters;
    private final Map<Name, Pending<R>> pending = new LinkedHashMap<>();

    Announcements(
        ReplicationSettings settings,
        PeerStreams streams,
        RecordStore<R> store,
        RecordCodec<R> codec,
        ReplicationCounters counters) {
        this.acknowledgements = settings.acknowledgements();
        this.tombstoneMs = settings.tombstoneMs();
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
        if (it.fresh && !judge(it, nowMs)) {
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

    /** Whether the record has been judged; else asks the next referee, waits, or ends the announcement. */
    private boolean judge(Pending<R> it, long nowMs) {
        if (isInDoubt() && mayWait(it, nowMs)) {
            return false;
        }
        if (streams.isOfTheFewer()) {
            if (!it.shown) {
                giveUp(it);
            }
            return false;
        }
        List<Long> referees = referees(it.key);
        referees.removeIf(referee -> referee == streams.self || it.acknowledged.contains(referee));
        if (!referees.isEmpty()) {
            ask(it, it.acknowledged.isEmpty() ? referees.subList(0, 1) : referees);
            return false;
        }
        R rival = rival(it.record, nowMs).map(StoreEntry::content).orElse(null);
        if (rival != null) {
            counters.increment(ReplicationCounter.CONFLICTS);
            pending.remove(it.name());
            retract(it, nowMs);
            it.handler.onConflict(rival);
        }
        return rival == null;
    }

    /**
     * A majority as far as it can be heard, but no more than a few: those that catch up only where too few are live. This
     * node judges too where it is one of them.
     */
    private List<Long> referees(long key) {
        int count = Math.min(REFEREES_MAX, (1 + streams.all().size()) / 2 + 1);
        List<Long> referees = new ArrayList<>(count);
        while (referees.size() < count) {
            long live = Rendezvous.firstExcept(key, streams.live(), referees);
            long next = live == Rendezvous.NOBODY ? Rendezvous.firstExcept(key, streams.heard(), referees) : live;
            if (next == Rendezvous.NOBODY) {
                break;
            }
            referees.add(next);
        }
        return referees;
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

    private void ask(Pending<R> it, Collection<Long> nodes) {
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
        Pending<R> own = announcement.getFresh() ? ownRival(record) : null;
        if (own != null && own.record.id() < record.id()) {
            counters.increment(ReplicationCounter.CONFLICTS);
            refuse(from, record, List.of());
            return true;
        }
        if (own != null) {
            giveUp(own);
            retract(own, nowMs);
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

    /** What this node has put to referees itself and nobody has been told yet. */
    private @Nullable Pending<R> ownRival(StoredRecord<R> record) {
        R content = record.content();
        if (content == null) {
            return null;
        }
        long key = Rendezvous.hash(codec.key(content));
        return pending.values()
            .stream()
            .filter(it -> it.fresh && it.key == key && it.record.id() != record.id())
            .findFirst()
            .orElse(null);
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
    boolean onRefusal(Refusal refusal, long nowMs) {
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
        retract(it, nowMs);
        rival.ifPresentOrElse(it.handler::onConflict, it.handler::onGone);
        return true;
    }

    /** An earlier referee may hold what a later one has refused. A new key of what was there before is undone by its author. */
    private void retract(Pending<R> refused, long nowMs) {
        StoredRecord<R> record = refused.record;
        if (!refused.shown || !record.lineage().isFirst()) {
            return;
        }
        StoreEntry<R> entry = store.entry(record.id());
        Lineage seen = entry == null ? record.lineage() : entry.lineage();
        R content = entry == null ? record.content() : entry.content();
        if (content != null) {
            bury(record.id(), seen, content, streams.self, nowMs, new Unheard<>());
        }
    }

    /** Withdraws what is held, which is remembered for as long as a node that cannot be reached just now may hold it. */
    void bury(long id, Lineage seen, R content, long asker, long nowMs, OutcomeHandler<R> handler) {
        long deadlineMs = Math.max(nowMs + tombstoneMs, codec.deadlineMs(content));
        StoredRecord<R> withdrawal = StoredRecord.withdrawal(id, seen.writtenBy(streams.self, nowMs), deadlineMs);
        store.apply(withdrawal, nowMs);
        announce(withdrawal, Rendezvous.hash(codec.key(content)), asker, false, nowMs, handler);
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
}
