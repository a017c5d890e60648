package io.turnstone.node.replication;

import com.google.protobuf.InvalidProtocolBufferException;
import io.turnstone.protocol.wire.Records;
import io.turnstone.protocol.wire.ReplicatedRecord;
import io.turnstone.protocol.wire.ReplicationMessage;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * Versioned soft state, whole on every node. One thread, as all of this package: the control thread for routes, the
 * signaling thread for bindings; {@link #counters} are read by any. Pure: time and messages come in as arguments, messages go
 * out through the {@link Outbox}. Members are added and removed by name; which of them are live is told separately and
 * decides only who must acknowledge.
 */
public final class Replicator<R> {
    /** The version of the messages between nodes since which buckets that differ are narrowed down to leaves. */
    public static final int NARROWS_SINCE_VERSION = 2;

    private final ReplicationSettings settings;
    private final RecordCodec<R> codec;
    private final ReplicationCounters counters = new ReplicationCounters();
    private final PeerStreams streams;
    private final RecordStore<R> store;
    private final Announcements<R> announcements;
    private final Synchronization<R> synchronization;
    private final Inquiries<R> inquiries;
    private long retriedMs;

    /** @param self this node's incarnation */
    public Replicator(
        ReplicationSettings settings,
        long self,
        RecordCodec<R> codec,
        Outbox outbox,
        RecordListener<R> listener) {
        this.settings = settings;
        this.codec = codec;
        this.streams = new PeerStreams(self, outbox, counters);
        this.store = new RecordStore<>(codec, listener, counters);
        this.announcements = new Announcements<>(settings, streams, store, codec, counters);
        this.synchronization = new Synchronization<>(settings, streams, store, counters);
        this.inquiries = new Inquiries<>(streams, store, codec, this::allInSync);
    }

    /**
     * A node has joined: compares digests with it.
     *
     * @param narrows whether both nodes speak {@link #NARROWS_SINCE_VERSION} of the messages between nodes
     */
    public void addPeer(long peer, boolean narrows, long nowMs) {
        PeerStream stream = streams.add(peer, narrows, nowMs);
        if (stream != null) {
            synchronization.sendDigest(stream, nowMs);
        }
    }

    public void removePeer(long peer, long nowMs) {
        PeerStream stream = streams.get(peer);
        if (stream != null) {
            synchronization.giveUp(stream);
        }
        streams.remove(peer);
        announcements.onLiveChanged(nowMs);
    }

    /**
     * Sets which nodes take part in decisions. A member that is live no longer must agree on digests again before
     * {@link #inSync} is true of it; all digests are compared at once.
     *
     * @param live incarnations, this node's among them unless it is draining
     * @param heard live or not, this node too: with fewer than half of all members no new key is given away
     */
    public void onLive(Set<Long> live, Set<Long> heard, long nowMs) {
        boolean suspicion = false;
        for (PeerStream stream : streams.all()) {
            if (streams.isLive(stream.peer) && !live.contains(stream.peer)) {
                synchronization.distrust(stream);
                suspicion = true;
            }
        }
        streams.live(live, heard);
        if (suspicion) {
            synchronization.compareAll(nowMs);
        }
        announcements.onLiveChanged(nowMs);
    }

    /** Compares digests with a member at once, for example because it is heard again. */
    public void exchangeDigests(long peer, long nowMs) {
        PeerStream stream = streams.get(peer);
        if (stream != null) {
            synchronization.sendDigest(stream, nowMs);
        }
    }

    /**
     * Takes and replicates what this node's authority has written.
     *
     * @param asker the node that answers a client by the outcome, and so has to hold the record by then; else this node
     */
    public void announce(R record, long asker, long nowMs, OutcomeHandler<R> handler) {
        StoredRecord<R> stored = StoredRecord.of(record, codec);
        byte[] key = codec.key(record);
        StoreEntry<R> entry = store.entry(stored.id());
        boolean rekeyed = entry != null && !hasKey(entry, key);
        boolean fresh = entry == null || rekeyed;
        Optional<StoreEntry<R>> rival = fresh ? store.liveByKey(key, stored.id(), nowMs) : Optional.empty();
        R existing = rival.map(StoreEntry::content).orElse(null);
        if (existing != null) {
            counters.increment(ReplicationCounter.CONFLICTS);
            handler.onConflict(existing);
        } else if (!fresh && store.apply(stored, nowMs) == RecordStore.Applied.GONE) {
            handler.onGone();
        } else {
            announcements.announce(stored, Rendezvous.hash(key), asker, fresh, nowMs, handler);
        }
    }

    /** The same for a record whose key no other id can have, and which anybody may write: no referee judges it. */
    public void share(R record, long nowMs, OutcomeHandler<R> handler) {
        StoredRecord<R> stored = StoredRecord.of(record, codec);
        if (store.apply(stored, nowMs) == RecordStore.Applied.GONE) {
            handler.onGone();
        } else {
            announcements.announce(stored, Rendezvous.hash(codec.key(record)), streams.self, false, nowMs, handler);
        }
    }

    private boolean hasKey(StoreEntry<R> entry, byte[] key) {
        R content = entry.content();
        return content == null || codec.keys(content).stream().anyMatch(held -> Arrays.equals(held, key));
    }

    /**
     * Withdraws a record, unless another authority has gone on with it.
     *
     * @param version the last one that this node's authority has written or taken over
     * @param asker as for {@link #announce}
     */
    public void withdraw(long id, Version version, long asker, long nowMs, OutcomeHandler<R> handler) {
        StoreEntry<R> entry = store.entry(id);
        R content = entry == null ? null : entry.content();
        if (entry == null || content == null || codec.deadlineMs(content) <= nowMs) {
            handler.onReplicated(version);
        } else if (isBeyond(codec.lineage(content).version(), version)) {
            handler.onGone();
        } else {
            announcements.bury(id, entry.lineage(), content, asker, nowMs, handler);
        }
    }

    private static boolean isBeyond(Version held, Version known) {
        return !held.sameLineage(known) && held.compareTo(known) > 0;
    }

    /** Asks the cluster whether it knows a key; {@code answer} is called exactly once, within a second. */
    public void inquire(byte[] key, long nowMs, Consumer<KeyAnswer<R>> answer) {
        inquiries.inquire(key, nowMs, answer);
    }

    public Optional<R> find(long id) {
        StoreEntry<R> entry = store.entry(id);
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.content());
    }

    /** Whether this node and the member hold the same, as far as both have been able to tell. */
    public boolean inSync(long peer) {
        PeerStream stream = streams.get(peer);
        return stream != null && stream.isInSync();
    }

    /** Whether every member is live and in sync with this node. */
    public boolean allInSync() {
        return streams.all().stream().allMatch(stream -> streams.isLive(stream.peer) && stream.isInSync());
    }

    /** Over everything held, withdrawn records too: nodes with the same digest hold the same. */
    public long digest() {
        return store.digest();
    }

    public ReplicationCounters counters() {
        return counters;
    }

    /** @return how much was done */
    public int doWork(long nowMs) {
        int work = store.expire(nowMs) + synchronization.doWork(nowMs) + inquiries.expire(nowMs)
            + announcements.doWork(nowMs);
        if (retriedMs + settings.digestIntervalMs() <= nowMs) {
            retriedMs = nowMs;
            announcements.retry(nowMs);
        }
        return work;
    }

    /** A message of a member, in the order it sent them. Whatever it holds, nothing is thrown. */
    public void onMessage(long peer, DirectBuffer buffer, int offset, int length, long nowMs) {
        counters.increment(ReplicationCounter.MESSAGES_RECEIVED);
        counters.add(ReplicationCounter.BYTES_RECEIVED, length);
        PeerStream stream = streams.get(peer);
        if (stream == null) {
            counters.increment(ReplicationCounter.STRANGER_MESSAGES);
            return;
        }
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        try {
            ReplicationMessage message = ReplicationMessage.parseFrom(bytes);
            if (message.getWireVersion() == 0 || !onMessage(stream, message, nowMs)) {
                counters.increment(ReplicationCounter.BAD_MESSAGES);
            }
        } catch (InvalidProtocolBufferException notAMessage) {
            counters.increment(ReplicationCounter.BAD_MESSAGES);
        }
    }

    /** False if the message could not be understood. */
    private boolean onMessage(PeerStream stream, ReplicationMessage message, long nowMs) {
        switch (stream.accept(message.getStream(), message.getSequence())) {
            case DUPLICATE -> {
                counters.increment(ReplicationCounter.DUPLICATE_MESSAGES);
                return true;
            }
            case GAP -> {
                counters.increment(ReplicationCounter.GAPS);
                synchronization.giveUp(stream);
                synchronization.sendDigest(stream, nowMs);
            }
            case IN_ORDER -> {
            }
        }
        return dispatch(stream, message, nowMs);
    }

    private boolean dispatch(PeerStream stream, ReplicationMessage message, long nowMs) {
        return switch (message.getBodyCase()) {
            case ANNOUNCEMENT -> announcements.onAnnouncement(stream, message.getAnnouncement(), nowMs);
            case ACKNOWLEDGEMENT -> {
                announcements.onAcknowledgement(stream, message.getAcknowledgement(), nowMs);
                yield true;
            }
            case REFUSAL -> announcements.onRefusal(message.getRefusal(), nowMs);
            case RECORDS -> {
                synchronization.pulls().onRecords(stream, nowMs);
                yield onRecords(message.getRecords(), nowMs);
            }
            case SNAPSHOT_REQUEST -> {
                synchronization.supplies().onSnapshotRequest(stream, message.getSnapshotRequest());
                yield true;
            }
            case DIGEST -> synchronization.onDigest(stream, message.getDigest(), nowMs);
            case LEAF_DIGESTS -> synchronization.supplies().onLeafDigests(stream, message.getLeafDigests());
            case DIFFERENT_LEAVES -> synchronization.pulls()
                .onDifferentLeaves(stream, message.getDifferentLeaves(), nowMs);
            case WANT -> synchronization.supplies().onWant(stream, message.getWant());
            case PULL_END -> {
                synchronization.onPullEnd(stream, message.getPullEnd(), nowMs);
                yield true;
            }
            case INQUIRY -> {
                inquiries.onInquiry(stream, message.getInquiry(), nowMs);
                yield true;
            }
            case INQUIRY_ANSWER -> inquiries.onAnswer(stream, message.getInquiryAnswer(), nowMs);
            case BODY_NOT_SET -> false;
        };
    }

    private boolean onRecords(Records records, long nowMs) {
        boolean understood = true;
        for (ReplicatedRecord wire : records.getRecordsList()) {
            Optional<StoredRecord<R>> record = StoredRecord.read(wire, codec);
            record.ifPresent(it -> store.apply(it, nowMs));
            understood &= record.isPresent();
        }
        return understood;
    }
}
