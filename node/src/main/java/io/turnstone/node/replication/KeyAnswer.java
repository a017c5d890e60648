package io.turnstone.node.replication;

/** What the cluster knows of a key. Immutable. */
public sealed interface KeyAnswer<R> {
    record Known<R>(R record) implements KeyAnswer<R> {}

    /** Certainly nowhere: every member was heard, none is suspect, and each agreed with all others. */
    record Unknown<R>() implements KeyAnswer<R> {}

    /** Some member was not heard, or was not sure itself. Ask again later. */
    record Unsure<R>() implements KeyAnswer<R> {}
}
