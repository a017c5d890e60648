package io.turnstone.node.replication;

import io.turnstone.protocol.wire.BucketLeaves;
import io.turnstone.protocol.wire.BucketVersions;
import io.turnstone.protocol.wire.DifferentLeaves;
import io.turnstone.protocol.wire.Digest;
import io.turnstone.protocol.wire.HeldVersion;
import io.turnstone.protocol.wire.LeafDigests;
import io.turnstone.protocol.wire.PullEnd;
import io.turnstone.protocol.wire.ReplicationMessage;
import io.turnstone.protocol.wire.Want;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this node lacks of what others hold, and asks them for. One pull at a time, whoever it is from: what several peers
 * could give is fetched once, above all by a node that begins with nothing. A digest that comes meanwhile waits; the
 * latest of each peer counts. One thread.
 *
 * <pre>
 * peer: Digest
 *    buckets that hold little here:  Want, with every version held in them
 *    the others:                     LeafDigests -> DifferentLeaves -> Want, for those leaves alone
 * peer: Records, PullEnd
 * </pre>
 */
final class Pulls<R> {
    /** A pull of which nothing has come for so long has failed; the peer will send another digest. */
    private static final long STALLED_MS = 10_000;
    /** The same of a peer that was silent. */
    private static final long DOUBTED_MS = 2_000;
    /** After so long without anything the question is likely to be lost; a digest of that peer then makes it certain. */
    private static final long QUIET_MS = 1_000;
    /** So that a turn of the peer's is short, however much it has to list. */
    private static final int BUCKETS_PER_MESSAGE = 16;

    private final ReplicationSettings settings;
    private final PeerStreams streams;
    private final RecordStore<R> store;
    private final ReplicationCounters counters;
    private final Deque<PeerStream> waiting = new ArrayDeque<>();
    private @Nullable PeerStream current;
    private long pull;
    private long progressMs;
    private boolean doubted;

    Pulls(ReplicationSettings settings, PeerStreams streams, RecordStore<R> store, ReplicationCounters counters) {
        this.settings = settings;
        this.streams = streams;
        this.store = store;
        this.counters = counters;
    }

    /** Whether something is on its way to this node, as far as can be told. */
    boolean isBusy(long nowMs) {
        return current != null && nowMs - progressMs < QUIET_MS;
    }

    /** Ends what is being pulled from a peer that is gone, or of which messages were lost. */
    void abandon(PeerStream peer) {
        doubt(peer);
        if (peer.equals(current)) {
            current = null;
        }
    }

    /** What is being pulled from a peer that was silent still comes, but it is not all: a later digest has to be compared. */
    void doubt(PeerStream peer) {
        peer.offered = null;
        waiting.remove(peer);
        doubted |= peer.equals(current);
    }

    /** False for a digest of another shape. */
    boolean onDigest(PeerStream from, Digest digest, long nowMs) {
        if (digest.getBucketsCount() != RecordStore.BUCKETS) {
            return false;
        }
        if (from.equals(current) && !isBusy(nowMs)) {
            abandon(from);
        }
        from.offered = digest.getBucketsList();
        if (!waiting.contains(from)) {
            waiting.add(from);
        }
        beginNext(nowMs);
        return true;
    }

    /** Records of that peer have come. */
    void onRecords(PeerStream from, long nowMs) {
        if (from.equals(current)) {
            progressMs = nowMs;
        }
    }

    /** @return whether that was the end of the current pull */
    boolean onPullEnd(PeerStream from, PullEnd end, long nowMs) {
        if (!isCurrent(from, end.getPull())) {
            return false;
        }
        from.pulled = !doubted;
        current = null;
        beginNext(nowMs);
        return true;
    }

    /** False if it names a bucket that does not exist. */
    boolean onDifferentLeaves(PeerStream from, DifferentLeaves different, long nowMs) {
        if (!different.getBucketsList().stream().allMatch(set -> RecordStore.isBucket(set.getBucket()))) {
            return false;
        }
        if (from.equals(current) && (different.getPull() == 0 || different.getPull() == pull)) {
            progressMs = nowMs;
            List<BucketVersions> lists = different.getBucketsList()
                .stream()
                .map(set -> versionsIn(set.getBucket(), set.getLeaves()))
                .toList();
            sendWants(from, lists, different.getPull());
        }
        return true;
    }

    int doWork(long nowMs) {
        PeerStream peer = current;
        if (peer != null && nowMs - progressMs >= (doubted ? DOUBTED_MS : STALLED_MS)) {
            counters.increment(ReplicationCounter.PULLS_STALLED);
            abandon(peer);
        }
        int waited = waiting.size();
        beginNext(nowMs);
        return waited - waiting.size();
    }

    private boolean isCurrent(PeerStream from, long number) {
        return from.equals(current) && number == pull;
    }

    private void beginNext(long nowMs) {
        while (current == null && !waiting.isEmpty()) {
            PeerStream next = waiting.remove();
            List<Long> offered = next.offered;
            next.offered = null;
            if (offered != null) {
                begin(next, offered, nowMs);
            }
        }
    }

    private void begin(PeerStream peer, List<Long> offered, long nowMs) {
        List<Integer> different = new ArrayList<>();
        for (int bucket = 0; bucket < RecordStore.BUCKETS; bucket++) {
            long digest = offered.get(bucket);
            if (digest != RecordStore.NOTHING && digest != store.digest(bucket)) {
                different.add(bucket);
            }
        }
        if (different.isEmpty()) {
            peer.pulled = true;
            streams.send(peer, ReplicationMessage.newBuilder().setWant(Want.getDefaultInstance()));
            return;
        }
        counters.increment(ReplicationCounter.PULLS);
        counters.add(ReplicationCounter.BUCKETS_DIFFERENT, different.size());
        pull++;
        progressMs = nowMs;
        doubted = false;
        current = ask(peer, different) ? peer : null;
    }

    /** False if the peer's queue is full. */
    private boolean ask(PeerStream peer, List<Integer> different) {
        List<BucketVersions> listed = new ArrayList<>();
        List<BucketLeaves> narrowed = new ArrayList<>();
        for (int bucket : different) {
            if (peer.narrows && store.idsIn(bucket).size() > settings.listedMax()) {
                narrowed.add(leavesOf(bucket));
            } else {
                listed.add(versionsIn(bucket, RecordStore.ALL_LEAVES));
            }
        }
        if (narrowed.isEmpty()) {
            return sendWants(peer, listed, pull);
        }
        return (listed.isEmpty() || sendWants(peer, listed, 0)) && sendLeafDigests(peer, narrowed);
    }

    private BucketLeaves leavesOf(int bucket) {
        BucketLeaves.Builder leaves = BucketLeaves.newBuilder().setBucket(bucket);
        for (int leaf = 0; leaf < RecordStore.LEAVES; leaf++) {
            leaves.addLeaves(store.digest(bucket, leaf));
        }
        return leaves.build();
    }

    private BucketVersions versionsIn(int bucket, long leaves) {
        BucketVersions.Builder versions = BucketVersions.newBuilder().setBucket(bucket);
        if (leaves != RecordStore.ALL_LEAVES) {
            versions.setLeaves(leaves);
        }
        for (long id : store.idsIn(bucket)) {
            StoreEntry<R> entry = RecordStore.isIn(leaves, id) ? store.entry(id) : null;
            if (entry != null) {
                entry.siblings()
                    .forEach(sibling -> versions.addVersions(
                        HeldVersion.newBuilder().setId(id).setVersion(LineageCodec.wire(sibling.version()))));
            }
        }
        return versions.build();
    }

    /** At least one message, the last of which carries the pull; false if one was refused. */
    private boolean sendWants(PeerStream to, List<BucketVersions> lists, long number) {
        Want.Builder want = Want.newBuilder();
        boolean sent = true;
        int bytes = 0;
        for (BucketVersions list : lists) {
            boolean full = bytes + list.getSerializedSize() > settings.messageBytesMax()
                || want.getBucketsCount() == BUCKETS_PER_MESSAGE;
            if (full && want.getBucketsCount() > 0) {
                sent &= streams.send(to, ReplicationMessage.newBuilder().setWant(want));
                want = Want.newBuilder();
                bytes = 0;
            }
            want.addBuckets(list);
            bytes += list.getSerializedSize();
        }
        return streams.send(to, ReplicationMessage.newBuilder().setWant(want.setPull(number))) && sent;
    }

    /** The last message carries the pull; false if one was refused. */
    private boolean sendLeafDigests(PeerStream to, List<BucketLeaves> buckets) {
        boolean sent = true;
        for (int first = 0; first < buckets.size(); first += BUCKETS_PER_MESSAGE) {
            int end = Math.min(first + BUCKETS_PER_MESSAGE, buckets.size());
            LeafDigests.Builder leaves = LeafDigests.newBuilder().addAllBuckets(buckets.subList(first, end));
            if (end == buckets.size()) {
                leaves.setPull(pull);
            }
            sent &= streams.send(to, ReplicationMessage.newBuilder().setLeafDigests(leaves));
        }
        return sent;
    }
}
