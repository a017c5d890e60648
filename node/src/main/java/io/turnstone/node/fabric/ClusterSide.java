package io.turnstone.node.fabric;

/**
 * The cluster that a node is a member of, as it says in each heartbeat; what only neighbours of version
 * {@value #SINCE_VERSION} and later are told. Immutable, any thread.
 *
 * @param members how many there are; 0 if the node is a member of none
 * @param lowestIncarnation of all members, unsigned
 * @param countsReceiver whether the node that this is said to is one of them
 */
public record ClusterSide(int members, long lowestIncarnation, boolean countsReceiver) {
    /** The first version of the messages between nodes that knows of it. */
    public static final int SINCE_VERSION = 2;

    /** Of a node that is no member, or does not say. */
    public static final ClusterSide NONE = new ClusterSide(0, 0, false);
}
