package io.turnstone.node.replication;

/** Exactly one of these is called, once, for an announcement or a withdrawal. One thread. */
public interface OutcomeHandler<R> {
    /** As many nodes hold it as the settings ask for, the referees among them. */
    void onReplicated(Version version);

    /** Not taken: a referee knows another record with this key. */
    void onConflict(R existing);

    /** Not taken: the record has been withdrawn, has expired, or another authority has gone on with it. */
    void onGone();
}
