package io.turnstone.node.rooms;

/**
 * Where a member is connected. Immutable.
 *
 * @param node incarnation of the node that has its connection
 * @param term 1 at first, one more each time it has come back by another node
 * @param claim drawn by that node, so that it knows its own
 */
public record Place(long node, long term, long claim) {
    /** Whether a member that seems to be in both places is here. */
    boolean isNewerThan(Place other) {
        return term != other.term ? term > other.term : claim > other.claim;
    }
}
