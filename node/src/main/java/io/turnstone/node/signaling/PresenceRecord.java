package io.turnstone.node.signaling;

import io.turnstone.node.replication.Lineage;

/**
 * A part of the presence of an address-of-record as every node holds it. Immutable, any thread.
 *
 * @param id a hash of the address-of-record and the item's name
 */
record PresenceRecord(long id, Lineage lineage, String addressOfRecord, PresenceItem item) {
    /** One that this node begins, since it knows of none. */
    static PresenceRecord first(long id, String addressOfRecord, PresenceItem item, long self, long nowMs) {
        return new PresenceRecord(id, Lineage.begunBy(self, nowMs), addressOfRecord, item);
    }

    /** The next version. */
    PresenceRecord with(PresenceItem now, long self, long nowMs) {
        return new PresenceRecord(id, lineage.writtenBy(self, nowMs), addressOfRecord, now);
    }

    /** What one of two nodes wrote, each of which took itself for the only one to write it: the later. */
    PresenceRecord merge(PresenceRecord other) {
        PresenceItem later = lineage.version().compareTo(other.lineage.version()) >= 0 ? item : other.item;
        return new PresenceRecord(id, lineage.merge(other.lineage), addressOfRecord, later);
    }
}
