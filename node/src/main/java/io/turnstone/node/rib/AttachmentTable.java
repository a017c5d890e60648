package io.turnstone.node.rib;

import io.turnstone.node.replication.Rendezvous;
import io.turnstone.protocol.net.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * The latest attachment of each client and peer that has moved, how often it moved lately, and digests of it all. Control
 * thread.
 */
final class AttachmentTable {
    static final int BUCKETS = 256;

    /** A client moves at most once in this time. */
    static final long MOVE_INTERVAL_MS = 200;
    /** One that has moved this often within {@link #PERIOD_MS} stays where it is for the rest of it. */
    static final int MOVES_MAX = 5;
    static final long PERIOD_MS = 10_000;

    static final class Entry {
        private Attachment attachment;
        private long movedMs;
        private long periodMs;
        private int moves;
        /** Since when its route has been missing; {@code Long.MAX_VALUE} while it is there. */
        long unroutedMs = Long.MAX_VALUE;

        private Entry(Attachment attachment, long nowMs) {
            this.attachment = attachment;
            begin(nowMs);
        }

        Attachment attachment() {
            return attachment;
        }

        boolean isTooSoon(long nowMs) {
            return nowMs - movedMs < MOVE_INTERVAL_MS;
        }

        boolean isHeld(long nowMs) {
            return moves >= MOVES_MAX && nowMs - periodMs < PERIOD_MS;
        }

        private void move(Attachment to, long nowMs) {
            attachment = to;
            if (nowMs - periodMs >= PERIOD_MS) {
                begin(nowMs);
            } else {
                movedMs = nowMs;
                moves++;
            }
        }

        private void begin(long nowMs) {
            movedMs = nowMs;
            periodMs = nowMs;
            moves = 1;
        }
    }

    /** Few per allocation: its client's and its peers'. */
    private final Long2ObjectHashMap<List<Entry>> entries = new Long2ObjectHashMap<>();
    private final List<LongHashSet> idsByBucket = new ArrayList<>();
    private final long[] digests = new long[BUCKETS];

    AttachmentTable() {
        for (int i = 0; i < BUCKETS; i++) {
            idsByBucket.add(new LongHashSet());
        }
    }

    @Nullable
    Entry get(long allocationId, @Nullable TransportAddress peer) {
        for (Entry entry : of(allocationId)) {
            if (Objects.equals(entry.attachment.peer(), peer)) {
                return entry;
            }
        }
        return null;
    }

    /** The client's and its peers', in no particular order. */
    List<Entry> of(long allocationId) {
        return entries.getOrDefault(allocationId, List.of());
    }

    /** False if as much or more was known. */
    boolean take(Attachment offered, long nowMs) {
        long id = offered.allocationId();
        int bucket = bucketOf(id);
        Entry entry = get(id, offered.peer());
        if (entry == null) {
            entries.computeIfAbsent(id, first -> new ArrayList<>()).add(new Entry(offered, nowMs));
            idsByBucket.get(bucket).add(id);
        } else if (offered.isBeyond(entry.attachment)) {
            digests[bucket] ^= entry.attachment.digest();
            entry.move(offered, nowMs);
        } else {
            return false;
        }
        digests[bucket] ^= offered.digest();
        return true;
    }

    void forget(long allocationId) {
        int bucket = bucketOf(allocationId);
        of(allocationId).forEach(entry -> digests[bucket] ^= entry.attachment.digest());
        entries.remove(allocationId);
        idsByBucket.get(bucket).remove(allocationId);
    }

    void forEach(Consumer<Entry> action) {
        entries.values().forEach(each -> each.forEach(action));
    }

    long digest(int bucket) {
        return digests[bucket];
    }

    LongHashSet idsIn(int bucket) {
        return idsByBucket.get(bucket);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    private static int bucketOf(long id) {
        return (int) (Rendezvous.mix(id) >>> (Long.SIZE - Byte.SIZE));
    }
}
