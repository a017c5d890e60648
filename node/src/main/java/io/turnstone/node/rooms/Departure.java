package io.turnstone.node.rooms;

/** Somebody is not in the room any more. Immutable. */
public record Departure(String id, Reason reason) {
    /** Why; clients are told the lower-case name with hyphens. */
    public enum Reason {
        /** It said so, or closed its connection in order. */
        LEFT,
        /** Its connection broke and it did not come back in time. */
        CONNECTION_LOST,
        /** Its node fell silent and it did not come back by another one in time. */
        NODE_LOST
    }
}
