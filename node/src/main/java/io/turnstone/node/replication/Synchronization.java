package io.turnstone.node.replication;

import io.turnstone.protocol.wire.BucketVersions;
import io.turnstone.protocol.wire.Digest;
import io.turnstone.protocol.wire.HeldVersion;
import io.turnstone.protocol.wire.PullEnd;
import io.turnstone.protocol.wire.Records;
import io.turnstone.protocol.wire.ReplicationMessage;
import io.turnstone.protocol.wire.SnapshotRequest;
import io.turnstone.protocol.wire.Want;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes every pair of nodes hold the same records, whoever wrote them: a snapshot when a peer is new or a message of it
 * was lost, and digests per bucket of ids that are compared periodically and at every suspicion. Who finds a bucket
 * different answers with the versions it holds, and is sent what it lacks; since both sides send digests, repair goes
 * both ways. All of it waits in a backlog of ids per peer, so a slow one costs the others nothing. Control thread.
 */
final class Synchronization<R> {
    private static final int MESSAGES_PER_TURN = 8;
    private static final long SNAPSHOT_RETRY_MS = 2_000;
    private static final long DIGEST_REPLY_MS = 100;
    /** Between digests to a peer that is not in sync: until then it is no home. */
    private static final long DIGEST_RETRY_MS = 500;

    private final ReplicationSettings settings;
    private final PeerStreams streams;
    private final RecordStore<R> store;
    private final ReplicationCounters counters;
    private long lastPull;

    Synchronization(
        ReplicationSettings settings,
        PeerStreams streams,
        RecordStore<R> store,
        ReplicationCounters counters) {
        this.settings = settings;
        this.streams = streams;
        this.store = store;
        this.counters = counters;
    }

    void requestSnapshot(PeerStream stream, long nowMs) {
        stream.snapshotComplete = false;
        stream.snapshotPull = ++lastPull;
        stream.snapshotAskedMs = nowMs;
        counters.increment(ReplicationCounter.SNAPSHOTS_REQUESTED);
        SnapshotRequest.Builder request = SnapshotRequest.newBuilder().setPull(stream.snapshotPull);
        streams.send(stream, ReplicationMessage.newBuilder().setSnapshotRequest(request));
    }

    void onSnapshotRequest(PeerStream from, SnapshotRequest request) {
        counters.increment(ReplicationCounter.SNAPSHOTS_SERVED);
        from.served = false;
        from.backlog.addAll(store.ids());
        from.pulls.clear();
        from.pulls.add(request.getPull());
    }

    void sendDigest(PeerStream stream, long nowMs) {
        Digest.Builder digest = Digest.newBuilder();
        for (int bucket = 0; bucket < RecordStore.BUCKETS; bucket++) {
            digest.addBuckets(store.digest(bucket));
        }
        stream.digestSentMs = nowMs;
        streams.send(stream, ReplicationMessage.newBuilder().setDigest(digest));
    }

    /** False for a digest of another shape. */
    boolean onDigest(PeerStream from, Digest digest, long nowMs) {
        if (digest.getBucketsCount() != RecordStore.BUCKETS) {
            return false;
        }
        List<BucketVersions> different = new ArrayList<>();
        for (int bucket = 0; bucket < RecordStore.BUCKETS; bucket++) {
            if (digest.getBuckets(bucket) != store.digest(bucket)) {
                different.add(versionsIn(bucket));
            }
        }
        counters.add(ReplicationCounter.BUCKETS_DIFFERENT, different.size());
        from.bucketPull = different.isEmpty() ? 0 : ++lastPull;
        from.pulled |= different.isEmpty();
        sendWants(from, different);
        if (!from.isInSync() && nowMs - from.digestSentMs >= DIGEST_REPLY_MS) {
            sendDigest(from, nowMs);
        }
        return true;
    }

    private BucketVersions versionsIn(int bucket) {
        BucketVersions.Builder versions = BucketVersions.newBuilder().setBucket(bucket);
        for (long id : store.idsIn(bucket)) {
            StoreEntry<R> entry = store.entry(id);
            if (entry != null) {
                entry.siblings()
                    .forEach(sibling -> versions.addVersions(
                        HeldVersion.newBuilder().setId(id).setVersion(StoredRecord.wire(sibling.version()))));
            }
        }
        return versions.build();
    }

    /** At least one message, the last of which carries the pull. */
    private void sendWants(PeerStream to, List<BucketVersions> different) {
        Want.Builder want = Want.newBuilder();
        int bytes = 0;
        for (BucketVersions bucket : different) {
            if (bytes + bucket.getSerializedSize() > settings.messageBytesMax() && bytes > 0) {
                streams.send(to, ReplicationMessage.newBuilder().setWant(want));
                want = Want.newBuilder();
                bytes = 0;
            }
            want.addBuckets(bucket);
            bytes += bucket.getSerializedSize();
        }
        streams.send(to, ReplicationMessage.newBuilder().setWant(want.setPull(to.bucketPull)));
    }

    /** False if it names a bucket that does not exist. */
    boolean onWant(PeerStream from, Want want) {
        if (want.getBucketsList().stream().anyMatch(bucket -> bucket.getBucket() >= RecordStore.BUCKETS)) {
            return false;
        }
        want.getBucketsList().forEach(bucket -> from.backlog.addAll(lackedBy(bucket)));
        if (want.getPull() != 0) {
            from.pulls.add(want.getPull());
        } else if (want.getBucketsCount() == 0) {
            from.served |= from.backlog.isEmpty();
        }
        return true;
    }

    private List<Long> lackedBy(BucketVersions bucket) {
        Map<Long, Set<Version>> held = new HashMap<>();
        bucket.getVersionsList()
            .forEach(version -> held.computeIfAbsent(version.getId(), id -> new HashSet<>())
                .add(StoredRecord.version(version.getVersion())));
        List<Long> lacked = new ArrayList<>();
        for (long id : store.idsIn(bucket.getBucket())) {
            StoreEntry<R> entry = store.entry(id);
            Set<Version> versions = held.getOrDefault(id, Set.of());
            if (entry != null && !entry.siblings().stream().allMatch(it -> versions.contains(it.version()))) {
                lacked.add(id);
            }
        }
        counters.add(ReplicationCounter.RECORDS_REPAIRED, lacked.size());
        return lacked;
    }

    void onPullEnd(PeerStream from, PullEnd end) {
        if (end.getPull() == from.snapshotPull) {
            from.snapshotComplete = true;
        } else if (end.getPull() == from.bucketPull) {
            from.pulled = true;
        }
    }

    /** Compares with every member now, for example because one of them is suspect. */
    void compareAll(long nowMs) {
        streams.all().forEach(stream -> sendDigest(stream, nowMs));
    }

    int doWork(long nowMs) {
        int work = 0;
        for (PeerStream stream : streams.all()) {
            work += drainBacklog(stream);
            if (!stream.snapshotComplete
                && stream.snapshotAskedMs + SNAPSHOT_RETRY_MS <= nowMs) {
                requestSnapshot(stream, nowMs);
            }
            long intervalMs = stream.isInSync()
                ? settings.digestIntervalMs()
                : Math.min(DIGEST_RETRY_MS, settings.digestIntervalMs());
            if (stream.digestSentMs + intervalMs <= nowMs) {
                sendDigest(stream, nowMs);
                work++;
            }
        }
        return work;
    }

    private int drainBacklog(PeerStream stream) {
        int work = 0;
        while (!stream.backlog.isEmpty() && work < MESSAGES_PER_TURN) {
            if (!sendFromBacklog(stream)) {
                return work;
            }
            work++;
        }
        while (stream.backlog.isEmpty() && !stream.pulls.isEmpty()) {
            PullEnd.Builder end = PullEnd.newBuilder().setPull(stream.pulls.getFirst());
            if (!streams.send(stream, ReplicationMessage.newBuilder().setPullEnd(end))) {
                return work;
            }
            stream.pulls.removeFirst();
            stream.served = true;
            work++;
        }
        return work;
    }

    private boolean sendFromBacklog(PeerStream stream) {
        Records.Builder records = Records.newBuilder();
        List<Long> taken = new ArrayList<>();
        int bytes = 0;
        for (Iterator<Long> ids = stream.backlog.iterator(); ids.hasNext() && bytes < settings.messageBytesMax();) {
            long id = ids.next();
            taken.add(id);
            StoreEntry<R> entry = store.entry(id);
            if (entry != null) {
                for (StoredRecord<R> sibling : entry.siblings()) {
                    records.addRecords(sibling.wire());
                    bytes += sibling.wire().getSerializedSize();
                }
            }
        }
        if (records.getRecordsCount() > 0
            && !streams.send(stream, ReplicationMessage.newBuilder().setRecords(records))) {
            return false;
        }
        taken.forEach(stream.backlog::remove);
        return true;
    }
}
