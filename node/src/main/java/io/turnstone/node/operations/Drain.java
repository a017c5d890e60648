package io.turnstone.node.operations;

/** Takes the node out of service and ends it, such that live calls feel nothing. */
@FunctionalInterface
public interface Drain {
    /** Begins, if it has not begun yet. Returns at once; any thread. */
    void begin();
}
