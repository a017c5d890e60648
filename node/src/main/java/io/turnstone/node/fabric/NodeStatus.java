package io.turnstone.node.fabric;

/**
 * What a node says of itself in each heartbeat. Immutable, any thread.
 *
 * @param draining it is about to end: nobody's heir
 * @param handingOver what it serves is to be served by others from now on
 */
public record NodeStatus(boolean draining, boolean handingOver) {
    /** Of a node that says nothing. */
    public static final NodeStatus SERVING = new NodeStatus(false, false);

    private static final int DRAINING = 1;
    private static final int HANDING_OVER = 2;

    int flags() {
        return (draining ? DRAINING : 0) | (handingOver ? HANDING_OVER : 0);
    }

    /** Flags of a later version are not looked at. */
    static NodeStatus ofFlags(int flags) {
        return new NodeStatus((flags & DRAINING) != 0, (flags & HANDING_OVER) != 0);
    }
}
