package io.turnstone.node.replication;

import io.turnstone.protocol.wire.BucketLeaves;
import io.turnstone.protocol.wire.BucketVersions;
import io.turnstone.protocol.wire.DifferentLeaves;
import io.turnstone.protocol.wire.LeafDigests;
import io.turnstone.protocol.wire.LeafSet;
import io.turnstone.protocol.wire.PullEnd;
import io.turnstone.protocol.wire.Records;
import io.turnstone.protocol.wire.ReplicationMessage;
import io.turnstone.protocol.wire.SnapshotRequest;
import io.turnstone.protocol.wire.Want;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What others lack of what this node holds: the other side of {@link Pulls}. It waits in a backlog of ids per peer, sent as
 * its queue has room, so a slow one costs the others nothing. One thread.
 */
final class Supplies<R> {
    private static final int MESSAGES_PER_TURN = 8;
    /** Between two tries to send to a peer whose queue is full: each would put a whole message together. */
    private static final long REFUSED_MS = 10;

    private final int messageBytesMax;
    private final PeerStreams streams;
    private final RecordStore<R> store;
    private final ReplicationCounters counters;

    Supplies(int messageBytesMax, PeerStreams streams, RecordStore<R> store, ReplicationCounters counters) {
        this.messageBytesMax = messageBytesMax;
        this.streams = streams;
        this.store = store;
        this.counters = counters;
    }

    void onSnapshotRequest(PeerStream from, SnapshotRequest request) {
        counters.increment(ReplicationCounter.SNAPSHOTS_SERVED);
        from.served = false;
        from.backlog.addAll(store.ids());
        from.pulls.clear();
        from.pulls.add(request.getPull());
    }

    /** False for leaves of another shape. */
    boolean onLeafDigests(PeerStream from, LeafDigests theirs) {
        if (!theirs.getBucketsList().stream().allMatch(Supplies::isWellFormed)) {
            return false;
        }
        DifferentLeaves.Builder different = DifferentLeaves.newBuilder().setPull(theirs.getPull());
        for (BucketLeaves bucket : theirs.getBucketsList()) {
            long leaves = differentLeaves(bucket);
            if (leaves != 0) {
                different.addBuckets(LeafSet.newBuilder().setBucket(bucket.getBucket()).setLeaves(leaves));
            }
        }
        if (different.getBucketsCount() > 0 || different.getPull() != 0) {
            streams.send(from, ReplicationMessage.newBuilder().setDifferentLeaves(different));
        }
        return true;
    }

    private static boolean isWellFormed(BucketLeaves bucket) {
        return RecordStore.isBucket(bucket.getBucket()) && bucket.getLeavesCount() == RecordStore.LEAVES;
    }

    private long differentLeaves(BucketLeaves theirs) {
        long leaves = 0;
        for (int leaf = 0; leaf < RecordStore.LEAVES; leaf++) {
            long own = store.digest(theirs.getBucket(), leaf);
            if (own != RecordStore.NOTHING && own != theirs.getLeaves(leaf)) {
                leaves |= 1L << leaf;
            }
        }
        return leaves;
    }

    /** False if it names a bucket that does not exist. */
    boolean onWant(PeerStream from, Want want) {
        if (!want.getBucketsList().stream().allMatch(list -> RecordStore.isBucket(list.getBucket()))) {
            return false;
        }
        want.getBucketsList().forEach(list -> from.backlog.addAll(lackedBy(list)));
        if (want.getPull() != 0) {
            from.pulls.add(want.getPull());
        } else if (want.getBucketsCount() == 0) {
            from.served |= from.backlog.isEmpty();
        }
        return true;
    }

    private Collection<Long> lackedBy(BucketVersions list) {
        if (list.getVersionsCount() == 0 && list.getLeaves() == 0) {
            counters.add(ReplicationCounter.RECORDS_REPAIRED, store.idsIn(list.getBucket()).size());
            return store.idsIn(list.getBucket());
        }
        Map<Long, Set<Version>> held = new HashMap<>();
        list.getVersionsList()
            .forEach(version -> held.computeIfAbsent(version.getId(), id -> new HashSet<>())
                .add(LineageCodec.read(version.getVersion())));
        long leaves = list.getLeaves() == 0 ? RecordStore.ALL_LEAVES : list.getLeaves();
        List<Long> lacked = new ArrayList<>();
        for (long id : store.idsIn(list.getBucket())) {
            StoreEntry<R> entry = RecordStore.isIn(leaves, id) ? store.entry(id) : null;
            Set<Version> versions = held.getOrDefault(id, Set.of());
            if (entry != null && !entry.siblings().stream().allMatch(it -> versions.contains(it.version()))) {
                lacked.add(id);
            }
        }
        counters.add(ReplicationCounter.RECORDS_REPAIRED, lacked.size());
        return lacked;
    }

    /** Sends what the peer's queue takes. */
    int drain(PeerStream stream, long nowMs) {
        int work = 0;
        while (!stream.backlog.isEmpty() && work < MESSAGES_PER_TURN && nowMs - stream.refusedMs >= REFUSED_MS) {
            if (!sendFromBacklog(stream)) {
                stream.refusedMs = nowMs;
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
        for (Iterator<Long> ids = stream.backlog.iterator(); ids.hasNext() && bytes < messageBytesMax;) {
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
