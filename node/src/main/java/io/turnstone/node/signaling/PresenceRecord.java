package io.turnstone.node.signaling;

import io.turnstone.node.replication.Lineage;
import io.turnstone.node.replication.Version;
import java.util.List;

/**
 * A part of the presence of an address-of-record as every node holds it. Immutable, any thread.
 *
 * @param id a hash of the address-of-record and the item's name
 */
record PresenceRecord(long id, Lineage lineage, String addressOfRecord, PresenceItem item) {
    /** One that this node begins, since it knows of none: its author never writes the same lineage again. */
    static PresenceRecord first(long id, String addressOfRecord, PresenceItem item, long self, long nowMs) {
        return new PresenceRecord(
            id, new Lineage(new Version(Math.max(1, nowMs), 0, self), List.of()), addressOfRecord, item);
    }

    /** The next version. */
    PresenceRecord with(PresenceItem now, long self, long nowMs) {
        boolean own = lineage.version().owner() == self;
        return new PresenceRecord(id, own ? lineage.next() : lineage.takenBy(self, nowMs), addressOfRecord, now);
    }

    /** What one of two nodes wrote, each of which took itself for the only one to write it: the later. */
    PresenceRecord merge(PresenceRecord other) {
        PresenceItem later = lineage.version().compareTo(other.lineage.version()) >= 0 ? item : other.item;
        return new PresenceRecord(id, lineage.merge(other.lineage), addressOfRecord, later);
    }
}
