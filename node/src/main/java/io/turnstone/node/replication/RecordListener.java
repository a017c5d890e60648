package io.turnstone.node.replication;

/** Told what the store of a {@link Replicator} holds. One thread; must not call back. */
public interface RecordListener<R> {
    /** The record is new, or its content or version has changed. */
    void onRecord(R record);

    /** {@code merged} holds what several authors wrote without knowing of each other. Follows {@link #onRecord}. */
    void onMerged(R merged);

    /** The record was withdrawn, or its deadline has passed. */
    void onRemoved(R last);
}
