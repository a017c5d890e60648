package io.turnstone.node.rib;

/** The small numbers by which this node's forwarding tables name nodes. Control thread. */
@FunctionalInterface
public interface NodeNumbers {
    int SELF = 0;
    int UNKNOWN = -1;

    /** {@link #SELF} for this node, {@link #UNKNOWN} for a node that the fabric does not reach. */
    int numberOf(long incarnation);
}
