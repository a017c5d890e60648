package io.turnstone.node.replication;

import java.util.List;
import java.util.Optional;

/** What the {@link Replicator} must know of the records it carries. The replicator's thread. */
public interface RecordCodec<R> {
    long id(R record);

    Lineage lineage(R record);

    /** Epoch milliseconds; every node forgets the record then. */
    long deadlineMs(R record);

    /** What at most one live record should have; its bytes are the same on every node and in every release. */
    byte[] key(R record);

    /** Every key that no other live record should have: its own, and one that it is still giving up. */
    List<byte[]> keys(R record);

    byte[] encode(R record);

    /** Empty for bytes that are no record. Never throws. */
    Optional<R> decode(byte[] bytes);

    /** The content of two versions neither of which covers the other; commutative. */
    R merge(R one, R other);
}
