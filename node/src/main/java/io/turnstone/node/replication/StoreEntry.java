package io.turnstone.node.replication;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is held under one id: the records of which none covers another, highest version first, and their merged
 * content. Nearly always one; several after authorities on two sides of a partition went on with the same record. A
 * withdrawal is final, whatever an authority that did not know of it wrote: ids are never used again. Since the set
 * depends only on which records have arrived, not on their order, nodes that hold the same versions hold the same
 * content.
 */
final class StoreEntry<R> {
    /** More concurrent authors than partitions can plausibly leave behind; the lowest versions give way. */
    static final int SIBLINGS_MAX = 8;

    final long id;
    private List<StoredRecord<R>> siblings = List.of();
    private @Nullable R content;
    private long deadlineMs;
    private long digest;
    /** When the expiry queue will look at this entry; {@code Long.MAX_VALUE} while it is not queued. */
    long queuedMs = Long.MAX_VALUE;

    StoreEntry(long id) {
        this.id = id;
    }

    List<StoredRecord<R>> siblings() {
        return siblings;
    }

    /** Null while withdrawn. */
    @Nullable
    R content() {
        return content;
    }

    long deadlineMs() {
        return deadlineMs;
    }

    long digest() {
        return digest;
    }

    boolean holds(Version version) {
        for (StoredRecord<R> sibling : siblings) {
            if (sibling.version().equals(version)) {
                return true;
            }
        }
        return false;
    }

    boolean covers(Version version) {
        for (StoredRecord<R> sibling : siblings) {
            if (sibling.lineage().covers(version)) {
                return true;
            }
        }
        return false;
    }

    boolean buries(StoredRecord<R> offered) {
        StoredRecord<R> highest = siblings.getFirst();
        return highest.isWithdrawal()
            && (!offered.isWithdrawal() || highest.version().compareTo(offered.version()) > 0);
    }

    /** The lineage of one who has seen everything held here. */
    Lineage lineage() {
        return siblings.stream().map(StoredRecord::lineage).reduce(Lineage::merge).orElseThrow();
    }

    boolean isMerged() {
        return siblings.size() > 1;
    }

    void add(StoredRecord<R> added, RecordCodec<R> codec) {
        List<StoredRecord<R>> kept = new ArrayList<>();
        for (StoredRecord<R> sibling : siblings) {
            if (!added.isWithdrawal() && !added.lineage().covers(sibling.version())) {
                kept.add(sibling);
            }
        }
        kept.add(added);
        kept.sort(Comparator.<StoredRecord<R>, Version>comparing(StoredRecord::version).reversed());
        siblings = List.copyOf(kept.subList(0, Math.min(kept.size(), SIBLINGS_MAX)));
        recompute(codec);
    }

    private void recompute(RecordCodec<R> codec) {
        content = null;
        digest = 0;
        for (StoredRecord<R> sibling : siblings) {
            digest ^= digest(id, sibling.version());
            R next = sibling.content();
            if (next != null) {
                content = content == null ? next : codec.merge(content, next);
            }
        }
        deadlineMs = content == null ? siblings.getFirst().deadlineMs() : codec.deadlineMs(content);
    }

    private static long digest(long id, Version version) {
        long mixed = Rendezvous.mix(id) ^ version.term();
        mixed = Rendezvous.mix(mixed) ^ version.version();
        return Rendezvous.mix(Rendezvous.mix(mixed) ^ version.owner());
    }
}
