package io.turnstone.node.replication;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/** Every record this node knows, withdrawn ones too, by id, by key and by digest bucket. One thread. */
final class RecordStore<R> {
    static final int BUCKETS = 256;
    /** Of each bucket. */
    static final int LEAVES = 64;
    /** A set of leaves, one bit each, that has all of them. */
    static final long ALL_LEAVES = -1;
    /** The digest of a bucket or leaf that is empty. */
    static final long NOTHING = 0;
    private static final int BUCKET_SHIFT = Long.SIZE - Byte.SIZE;
    private static final int LEAF_SHIFT = BUCKET_SHIFT - 6;

    /** What became of a record that was offered. */
    enum Applied {
        TAKEN,
        /** All that it says was known. */
        KNOWN,
        /** It has been withdrawn, or its deadline has passed. */
        GONE
    }

    private record Expiry(long deadlineMs, long id) {}

    private final RecordCodec<R> codec;
    private final RecordListener<R> listener;
    private final ReplicationCounters counters;
    private final Long2ObjectHashMap<StoreEntry<R>> entries = new Long2ObjectHashMap<>();
    private final Map<ByteBuffer, LongHashSet> liveByKey = new HashMap<>();
    private final List<LongHashSet> idsByBucket = new ArrayList<>();
    private final long[] digests = new long[BUCKETS * LEAVES];
    private final PriorityQueue<Expiry> expiries = new PriorityQueue<>(
        Comparator.comparingLong(Expiry::deadlineMs).thenComparingLong(Expiry::id));
    private int liveRecords;

    RecordStore(RecordCodec<R> codec, RecordListener<R> listener, ReplicationCounters counters) {
        this.codec = codec;
        this.listener = listener;
        this.counters = counters;
        for (int i = 0; i < BUCKETS; i++) {
            idsByBucket.add(new LongHashSet());
        }
    }

    Applied apply(StoredRecord<R> offered, long nowMs) {
        StoreEntry<R> entry = entries.get(offered.id());
        if (offered.deadlineMs() <= nowMs && (entry == null || entry.deadlineMs() <= nowMs)) {
            return Applied.GONE;
        }
        if (entry == null) {
            entry = new StoreEntry<>(offered.id());
            entries.put(entry.id, entry);
            idsByBucket.get(bucketOf(entry.id)).add(entry.id);
        } else if (entry.buries(offered)) {
            return Applied.GONE;
        } else if (entry.covers(offered.version())) {
            return entry.content() == null ? Applied.GONE : Applied.KNOWN;
        }
        change(entry, offered);
        return Applied.TAKEN;
    }

    private void change(StoreEntry<R> entry, StoredRecord<R> added) {
        R before = entry.content();
        digests[leafOf(entry.id)] ^= entry.digest();
        entry.add(added, codec);
        digests[leafOf(entry.id)] ^= entry.digest();
        queue(entry);
        R after = entry.content();
        reindex(entry.id, before, after);
        if (after != null) {
            listener.onRecord(after);
            if (entry.isMerged() && entry.holds(added.version())) {
                counters.increment(ReplicationCounter.RECORDS_MERGED);
                listener.onMerged(after);
            }
        } else if (before != null) {
            listener.onRemoved(before);
        }
    }

    private void reindex(long id, @Nullable R before, @Nullable R after) {
        liveRecords += (after == null ? 0 : 1) - (before == null ? 0 : 1);
        counters.records(liveRecords);
        List<ByteBuffer> oldKeys = keysOf(before);
        List<ByteBuffer> newKeys = keysOf(after);
        if (!oldKeys.equals(newKeys)) {
            for (ByteBuffer old : oldKeys) {
                dropKey(old, id);
            }
            for (ByteBuffer added : newKeys) {
                liveByKey.computeIfAbsent(added, key -> new LongHashSet()).add(id);
            }
        }
    }

    private void dropKey(ByteBuffer key, long id) {
        LongHashSet ids = liveByKey.get(key);
        if (ids != null && ids.remove(id) && ids.isEmpty()) {
            liveByKey.remove(key);
        }
    }

    private List<ByteBuffer> keysOf(@Nullable R record) {
        List<ByteBuffer> keys = new ArrayList<>(2);
        if (record != null) {
            for (byte[] key : codec.keys(record)) {
                keys.add(ByteBuffer.wrap(key));
            }
        }
        return keys;
    }

    private void queue(StoreEntry<R> entry) {
        if (entry.deadlineMs() < entry.queuedMs) {
            entry.queuedMs = entry.deadlineMs();
            expiries.add(new Expiry(entry.queuedMs, entry.id));
        }
    }

    /** Forgets what has passed its deadline. */
    int expire(long nowMs) {
        int work = 0;
        for (Expiry next = expiries.peek(); next != null && next.deadlineMs() <= nowMs; next = expiries.peek()) {
            expiries.remove();
            work++;
            StoreEntry<R> entry = entries.get(next.id());
            if (entry == null || entry.queuedMs != next.deadlineMs()) {
                continue;
            }
            entry.queuedMs = Long.MAX_VALUE;
            if (entry.deadlineMs() <= nowMs) {
                forget(entry);
            } else {
                queue(entry);
            }
        }
        return work;
    }

    private void forget(StoreEntry<R> entry) {
        entries.remove(entry.id);
        idsByBucket.get(bucketOf(entry.id)).remove(entry.id);
        digests[leafOf(entry.id)] ^= entry.digest();
        R last = entry.content();
        reindex(entry.id, last, null);
        if (last != null) {
            counters.increment(ReplicationCounter.EXPIRED);
            listener.onRemoved(last);
        }
    }

    @Nullable
    StoreEntry<R> entry(long id) {
        return entries.get(id);
    }

    /** The live record that has this key, or is giving it up, under another id; of several the one with the highest version. */
    Optional<StoreEntry<R>> liveByKey(byte[] key, long exceptId, long nowMs) {
        LongHashSet ids = liveByKey.get(ByteBuffer.wrap(key));
        StoreEntry<R> best = null;
        if (ids != null) {
            for (long id : ids) {
                StoreEntry<R> entry = entries.get(id);
                boolean eligible = entry != null && id != exceptId && entry.deadlineMs() > nowMs;
                if (eligible && (best == null || isHigher(entry, best))) {
                    best = entry;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private static boolean isHigher(StoreEntry<?> one, StoreEntry<?> other) {
        int byVersion = one.siblings().getFirst().version().compareTo(other.siblings().getFirst().version());
        return byVersion > 0 || (byVersion == 0 && Long.compareUnsigned(one.id, other.id) > 0);
    }

    long digest(int bucket) {
        long digest = NOTHING;
        for (int leaf = 0; leaf < LEAVES; leaf++) {
            digest ^= digest(bucket, leaf);
        }
        return digest;
    }

    long digest(int bucket, int leaf) {
        return digests[bucket * LEAVES + leaf];
    }

    /** Of all buckets. */
    long digest() {
        long digest = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            digest = Rendezvous.mix(digest) ^ digest(bucket);
        }
        return digest;
    }

    static boolean isBucket(int number) {
        return number >= 0 && number < BUCKETS;
    }

    /** Whether the id belongs to one of those leaves of its bucket. */
    static boolean isIn(long leaves, long id) {
        return (leaves >>> (leafOf(id) % LEAVES) & 1) != 0;
    }

    LongHashSet idsIn(int bucket) {
        return idsByBucket.get(bucket);
    }

    /** Every id, in no particular but a repeatable order. */
    List<Long> ids() {
        List<Long> ids = new ArrayList<>(entries.size());
        idsByBucket.forEach(ids::addAll);
        return ids;
    }

    int size() {
        return entries.size();
    }

    static int bucketOf(long id) {
        return (int) (Rendezvous.mix(id) >>> BUCKET_SHIFT);
    }

    /** Counted through all buckets. */
    private static int leafOf(long id) {
        return (int) (Rendezvous.mix(id) >>> LEAF_SHIFT);
    }
}
