package io.turnstone.node.rib;

/** What the cluster knows of a 5-tuple. Immutable, any thread. */
public sealed interface Inquiry {
    record Known(Route route) implements Inquiry {}

    /** Certainly nowhere: 437 Allocation Mismatch is the truth. */
    record Unknown() implements Inquiry {}

    /** Some node was not heard, or was not sure: silence, so that the client tries again. */
    record Unsure() implements Inquiry {}
}
