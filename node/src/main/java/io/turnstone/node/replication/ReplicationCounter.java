package io.turnstone.node.replication;

/** What a {@link Replicator} counts. Every constant's sentence is the help text of its metric. */
public enum ReplicationCounter {
    BYTES_SENT("bytes of replication messages handed to the fabric"),
    BYTES_RECEIVED("bytes of replication messages received"),
    MESSAGES_SENT("replication messages handed to the fabric"),
    MESSAGES_RECEIVED("replication messages received"),
    BAD_MESSAGES("messages dropped because they could not be understood"),
    STRANGER_MESSAGES("messages dropped because their sender is no member"),
    DUPLICATE_MESSAGES("messages dropped because their sequence had been seen"),
    GAPS("times that messages of a stream were missing"),
    SEND_REFUSALS("times that a peer's queue was full"),
    PULLS("times that a peer's digest showed something to fetch"),
    PULLS_STALLED("times that nothing came of what was being fetched from a peer"),
    SNAPSHOTS_SERVED("snapshots sent to nodes of the previous release"),
    BUCKETS_DIFFERENT("buckets found different by a digest"),
    RECORDS_REPAIRED("records sent because a digest differed"),
    RECORDS_MERGED("records that several authors wrote without knowing of each other"),
    CONFLICTS("new records refused by a referee"),
    EXPIRED("records forgotten at their deadline");

    private final String sentence;

    ReplicationCounter(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
