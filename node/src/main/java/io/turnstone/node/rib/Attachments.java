package io.turnstone.node.rib;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.turnstone.node.replication.Outbox;
import io.turnstone.node.replication.Rendezvous;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.wire.AttachmentDigest;
import io.turnstone.protocol.wire.AttachmentMessage;
import io.turnstone.protocol.wire.AttachmentRecord;
import io.turnstone.protocol.wire.PeerAttachmentRecord;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Where clients' and peers' packets arrive, learned from traffic as a bridge learns addresses, the same on every node.
 * Control thread.
 * Pure: time and messages come in as arguments, messages go out through the {@link Outbox}.
 *
 * <p>Only a client or peer that was heard elsewhere than where everybody expects it has an entry. The node that hears it says so
 * with the next mobility sequence number; the highest wins. What was said in one turn leaves as one message per peer.
 * Nodes compare digests when they meet and now and then, and send each other what differs.
 */
public final class Attachments {
    private static final int WIRE_VERSION = 1;
    /** The first octet of a field with number 32 and a variable length: no ReplicationMessage begins with it. */
    private static final byte FIRST_OCTET = (byte) 0x80;
    private static final int RECORDS_PER_MESSAGE = 512;
    /** Of one allocation; packets for further peers leave by its home. */
    static final int PEERS_MAX = 16;
    /** As long as a route's withdrawal is remembered at least: a route that comes later than this is not on its way. */
    private static final long UNROUTED_MS = 40_000;

    private static final class Peer {
        private final long incarnation;
        private final LinkedHashSet<Long> backlog = new LinkedHashSet<>();
        private long digestDueMs;

        private Peer(long incarnation, long nowMs) {
            this.incarnation = incarnation;
            this.digestDueMs = nowMs;
        }
    }

    private final long self;
    private final long digestIntervalMs;
    private final Outbox outbox;
    private final AttachmentListener listener;
    private final LongPredicate isRouted;
    private final AttachmentTable table = new AttachmentTable();
    private final Map<Long, Peer> peers = new LinkedHashMap<>();
    private final ControlCounters<AttachmentCounter> counters = new ControlCounters<>(AttachmentCounter.class);
    private long sweptMs;

    /**
     * @param self this node's incarnation
     * @param digestIntervalMs how often digests are compared
     * @param isRouted whether this node has a route of that allocation
     */
    public Attachments(
        long self, long digestIntervalMs, Outbox outbox, AttachmentListener listener, LongPredicate isRouted) {
        this.self = self;
        this.digestIntervalMs = digestIntervalMs;
        this.outbox = outbox;
        this.listener = listener;
        this.isRouted = isRouted;
    }

    /** A node has joined: compares digests with it. */
    public void addPeer(long peer, long nowMs) {
        peers.putIfAbsent(peer, new Peer(peer, nowMs));
    }

    public void removePeer(long peer) {
        peers.remove(peer);
    }

    /** Compares digests with a member at once, for example because it is heard again. */
    public void exchangeDigests(long peer, long nowMs) {
        Peer known = peers.get(peer);
        if (known != null) {
            known.digestDueMs = nowMs;
        }
    }

    /** Where the client was heard last; null if that is where everybody expects it. */
    public @Nullable Attachment of(long allocationId) {
        return of(allocationId, null);
    }

    /** Where that peer's packets were heard last; null if that is the home, where everybody expects them. */
    public @Nullable Attachment of(long allocationId, @Nullable TransportAddress peer) {
        AttachmentTable.Entry entry = table.get(allocationId, peer);
        return entry == null ? null : entry.attachment();
    }

    /** Of those peers of the allocation that were heard elsewhere than at its home. */
    public List<Attachment> ofPeers(long allocationId) {
        List<AttachmentTable.Entry> entries = table.of(allocationId);
        return entries.isEmpty()
            ? List.of()
            : entries.stream()
                .map(AttachmentTable.Entry::attachment)
                .filter(attachment -> attachment.peer() != null)
                .toList();
    }

    /** Names each allocation of which a client or peer was heard last at one of those nodes, maybe more than once. */
    void forEachAt(Set<Long> nodes, LongConsumer action) {
        table.forEach(entry -> {
            if (nodes.contains(entry.attachment().node())) {
                action.accept(entry.attachment().allocationId());
            }
        });
    }

    /**
     * A client's packet has come to this node.
     *
     * @param believed the node to which its packets are sent now; that it is not the one of {@link #of} means that
     *     that one is silent, so the client moves at once
     */
    public void arrived(long allocationId, long believed, boolean proxied, long nowMs) {
        AttachmentTable.Entry entry = table.get(allocationId, null);
        if (entry != null) {
            arrivedAgain(entry, believed, proxied, nowMs);
        } else if (believed != self || proxied) {
            announce(Attachment.first(allocationId, null, self, proxied), nowMs);
        }
    }

    /**
     * A peer's packet has come to this node's socket of a relayed address; otherwise as {@link #arrived}.
     *
     * @param standIn the home stands in for a node that is silent: should the home move again, the peer stays
     */
    public void peerArrived(long allocationId, TransportAddress peer, long believed, boolean standIn, long nowMs) {
        AttachmentTable.Entry entry = table.get(allocationId, peer);
        if (entry != null) {
            arrivedAgain(entry, believed, false, nowMs);
        } else if (believed == self && !standIn) {
            return;
        } else if (ofPeers(allocationId).size() >= PEERS_MAX) {
            counters.increment(AttachmentCounter.PEERS_FULL);
        } else {
            announce(Attachment.first(allocationId, peer, self, false), nowMs);
        }
    }

    private void arrivedAgain(AttachmentTable.Entry entry, long believed, boolean proxied, long nowMs) {
        Attachment last = entry.attachment();
        if (last.node() == self && last.proxied() == proxied) {
            return;
        }
        boolean wandering = last.node() == believed && believed != self;
        if (wandering && entry.isTooSoon(nowMs)) {
            counters.increment(AttachmentCounter.TOO_SOON);
        } else if (wandering && entry.isHeld(nowMs)) {
            counters.increment(AttachmentCounter.HELD);
        } else {
            announce(last.movedTo(self, proxied), nowMs);
        }
    }

    private void announce(Attachment attachment, long nowMs) {
        counters.increment(AttachmentCounter.ANNOUNCED);
        table.take(attachment, nowMs);
        listener.onAttached(attachment);
        peers.values().forEach(peer -> peer.backlog.add(attachment.allocationId()));
    }

    /** The allocation is gone. */
    public void forget(long allocationId) {
        table.forget(allocationId);
    }

    /** Sends what is to be said; call it once per duty cycle. */
    public void doWork(long nowMs) {
        for (Peer peer : peers.values()) {
            flush(peer);
            if (peer.digestDueMs <= nowMs) {
                peer.digestDueMs = nowMs + digestIntervalMs;
                send(peer, AttachmentMessage.newBuilder().setDigest(wireDigest()));
            }
        }
        if (nowMs - sweptMs >= digestIntervalMs) {
            sweptMs = nowMs;
            sweep(nowMs);
        }
    }

    /** An attachment may come before its route; one whose route does not come is forgotten. */
    private void sweep(long nowMs) {
        LongHashSet orphans = new LongHashSet();
        table.forEach(entry -> {
            long id = entry.attachment().allocationId();
            entry.unroutedMs = isRouted.test(id) ? Long.MAX_VALUE : Math.min(entry.unroutedMs, nowMs);
            if (nowMs - entry.unroutedMs >= UNROUTED_MS) {
                orphans.add(id);
            }
        });
        orphans.forEach(this::forget);
    }

    private void flush(Peer peer) {
        while (!peer.backlog.isEmpty()) {
            AttachmentMessage.Builder message = AttachmentMessage.newBuilder();
            Iterator<Long> oldestFirst = peer.backlog.iterator();
            int taken = 0;
            while (oldestFirst.hasNext()
                && message.getAttachmentsCount() + message.getPeersCount() < RECORDS_PER_MESSAGE) {
                table.of(oldestFirst.next()).forEach(entry -> add(entry.attachment(), message));
                taken++;
            }
            if (message.getAttachmentsCount() + message.getPeersCount() > 0 && !send(peer, message)) {
                return;
            }
            Iterator<Long> sent = peer.backlog.iterator();
            for (int i = 0; i < taken; i++) {
                sent.next();
                sent.remove();
            }
        }
    }

    private boolean send(Peer peer, AttachmentMessage.Builder message) {
        return outbox.send(peer.incarnation, message.setWireVersion(WIRE_VERSION).build().toByteArray());
    }

    private AttachmentDigest wireDigest() {
        AttachmentDigest.Builder digest = AttachmentDigest.newBuilder();
        if (!table.isEmpty()) {
            for (int bucket = 0; bucket < AttachmentTable.BUCKETS; bucket++) {
                digest.addBuckets(table.digest(bucket));
            }
        }
        return digest.build();
    }

    /** Whether a message from another node is for {@link #onMessage}. */
    public static boolean reads(DirectBuffer buffer, int offset, int length) {
        return length > 0 && buffer.getByte(offset) == FIRST_OCTET;
    }

    /** A message of a member. Whatever it holds, nothing is thrown. */
    public void onMessage(long from, DirectBuffer buffer, int offset, int length, long nowMs) {
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        try {
            AttachmentMessage message = AttachmentMessage.parseFrom(bytes);
            message.getAttachmentsList().forEach(record -> take(read(record), nowMs));
            message.getPeersList().forEach(record -> take(read(record), nowMs));
            Peer peer = peers.get(from);
            if (message.hasDigest() && peer != null) {
                onDigest(peer, message.getDigest());
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException notAMessage) {
            counters.increment(AttachmentCounter.BAD_MESSAGES);
        }
    }

    private static Attachment read(AttachmentRecord record) {
        return new Attachment(record.getAllocationId(), record.getSequence(), record.getNode(), record.getProxied());
    }

    private static Attachment read(PeerAttachmentRecord record) {
        IpAddress ip = IpAddress.ofBytes(record.getPeerIp().toByteArray());
        TransportAddress peer = TransportAddress.of(ip, record.getPeerPort());
        return new Attachment(record.getAllocationId(), peer, record.getSequence(), record.getNode(), false);
    }

    private void take(Attachment attachment, long nowMs) {
        if (attachment.sequence() <= 0) {
            counters.increment(AttachmentCounter.BAD_MESSAGES);
        } else if (table.take(attachment, nowMs)) {
            counters.increment(AttachmentCounter.TAKEN);
            listener.onAttached(attachment);
        }
    }

    private void onDigest(Peer peer, AttachmentDigest theirs) {
        int buckets = theirs.getBucketsCount();
        if (buckets != 0 && buckets != AttachmentTable.BUCKETS) {
            counters.increment(AttachmentCounter.BAD_MESSAGES);
            return;
        }
        for (int bucket = 0; bucket < AttachmentTable.BUCKETS; bucket++) {
            if (table.digest(bucket) != (buckets == 0 ? 0 : theirs.getBuckets(bucket))) {
                for (long id : table.idsIn(bucket)) {
                    counters.increment(AttachmentCounter.REPAIRED);
                    peer.backlog.add(id);
                }
            }
        }
    }

    private static void add(Attachment attachment, AttachmentMessage.Builder message) {
        TransportAddress peer = attachment.peer();
        if (peer == null) {
            message.addAttachmentsBuilder()
                .setAllocationId(attachment.allocationId())
                .setSequence(attachment.sequence())
                .setNode(attachment.node())
                .setProxied(attachment.proxied());
        } else {
            message.addPeersBuilder()
                .setAllocationId(attachment.allocationId())
                .setSequence(attachment.sequence())
                .setNode(attachment.node())
                .setPeerIp(ByteString.copyFrom(peer.ip().toBytes()))
                .setPeerPort(peer.port());
        }
    }

    /** Any thread. */
    public ControlCounters<AttachmentCounter> counters() {
        return counters;
    }

    /** Over everything held: nodes with the same digest hold the same. */
    public long digest() {
        long digest = 0;
        for (int bucket = 0; bucket < AttachmentTable.BUCKETS; bucket++) {
            digest = Rendezvous.mix(digest) ^ table.digest(bucket);
        }
        return digest;
    }
}
