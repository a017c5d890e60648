package io.turnstone.node.replication;

import io.turnstone.protocol.wire.Digest;
import io.turnstone.protocol.wire.PullEnd;
import io.turnstone.protocol.wire.ReplicationMessage;

/**
 * Makes every pair of nodes hold the same records, whoever wrote them: digests per bucket of ids are compared when two
 * meet, periodically, at every suspicion and when a message was lost. Who finds a bucket different pulls what it lacks
 * ({@link Pulls}) and is given it ({@link Supplies}); since both sides send digests, repair goes both ways. A node that
 * begins with nothing is one to whom every bucket differs. One thread.
 */
final class Synchronization<R> {
    private static final long DIGEST_REPLY_MS = 100;
    /** Between digests to a peer that is not in sync: until then it is no home. */
    private static final long DIGEST_RETRY_MS = 500;
    /** How late a digest may be because of what is under way: where much changes or answers are slow, something always is. */
    private static final long DIGEST_DEFERRED_MS = 1_000;

    private final ReplicationSettings settings;
    private final PeerStreams streams;
    private final RecordStore<R> store;
    private final Pulls<R> pulls;
    private final Supplies<R> supplies;

    Synchronization(ReplicationSettings settings, PeerStreams streams, RecordStore<R> store,
        ReplicationCounters counters) {
        this.settings = settings;
        this.streams = streams;
        this.store = store;
        this.pulls = new Pulls<>(settings, streams, store, counters);
        this.supplies = new Supplies<>(settings.messageBytesMax(), streams, store, counters);
    }

    Pulls<R> pulls() {
        return pulls;
    }

    Supplies<R> supplies() {
        return supplies;
    }

    /** Nothing is believed of a peer that is silent until digests have been compared again. */
    void distrust(PeerStream stream) {
        stream.pulled = false;
        stream.served = false;
        pulls.doubt(stream);
    }

    /** The same of a peer that is gone, or of which messages were lost: nothing more of what was asked for will come. */
    void giveUp(PeerStream stream) {
        distrust(stream);
        pulls.abandon(stream);
    }

    void sendDigest(PeerStream stream, long nowMs) {
        Digest.Builder digest = Digest.newBuilder().setAnswerWanted(stream.narrows && !stream.pulled);
        for (int bucket = 0; bucket < RecordStore.BUCKETS; bucket++) {
            digest.addBuckets(store.digest(bucket));
        }
        stream.digestSentMs = nowMs;
        streams.send(stream, ReplicationMessage.newBuilder().setDigest(digest));
    }

    /** False for a digest of another shape. */
    boolean onDigest(PeerStream from, Digest digest, long nowMs) {
        if (!pulls.onDigest(from, digest, nowMs)) {
            return false;
        }
        boolean wanted = digest.getAnswerWanted() || !from.isInSync();
        if (wanted && !isUnderWay(from, nowMs) && nowMs - from.digestSentMs >= DIGEST_REPLY_MS) {
            sendDigest(from, nowMs);
        }
        return true;
    }

    /** What the peer lacks may not be known before this. */
    void onPullEnd(PeerStream from, PullEnd end, long nowMs) {
        if (pulls.onPullEnd(from, end, nowMs) && !from.served && !isUnderWay(from, nowMs)) {
            sendDigest(from, nowMs);
        }
    }

    /** Compares with every member now, for example because one of them is suspect. */
    void compareAll(long nowMs) {
        streams.all().forEach(stream -> sendDigest(stream, nowMs));
    }

    int doWork(long nowMs) {
        int work = pulls.doWork(nowMs);
        for (PeerStream stream : streams.all()) {
            work += supplies.drain(stream, nowMs);
            long intervalMs = stream.isInSync()
                ? settings.digestIntervalMs()
                : Math.min(DIGEST_RETRY_MS, settings.digestIntervalMs());
            long lateMs = nowMs - stream.digestSentMs - intervalMs;
            if (lateMs >= DIGEST_DEFERRED_MS || (lateMs >= 0 && !isUnderWay(stream, nowMs))) {
                sendDigest(stream, nowMs);
                work++;
            }
        }
        return work;
    }

    /** A digest would only find what is being sent just now, in one direction or the other. */
    private boolean isUnderWay(PeerStream stream, long nowMs) {
        return pulls.isBusy(nowMs) || !stream.backlog.isEmpty() || !stream.pulls.isEmpty();
    }
}
