package io.turnstone.node.fib;

/**
 * Where a packet goes next, as an {@code int}: a kind in the upper byte, its argument in the rest.
 *
 * <pre>
 * DROP            why, a {@link DropReason}
 * PEER            out of the allocation's relay socket on this node
 * CLIENT          out of the listener to the allocation's own client
 * RELAY           out of the listener to the client of the allocation that owns the peer address: no UDP in between
 * NODE_TO_CLIENT  over the fabric to the node where that client is attached
 * NODE_TO_PEER    over the fabric to the node where the peer's packets arrive, at first the allocation's home
 * </pre>
 */
public final class Adjacency {
    public static final int DROP = 0;
    public static final int PEER = 1;
    public static final int CLIENT = 2;
    public static final int RELAY = 3;
    public static final int NODE_TO_CLIENT = 4;
    public static final int NODE_TO_PEER = 5;

    private static final int KIND_SHIFT = 24;
    private static final int ARGUMENT_MASK = (1 << KIND_SHIFT) - 1;

    private Adjacency() {}

    static int of(int kind, int argument) {
        return kind << KIND_SHIFT | argument;
    }

    @SuppressWarnings("EnumOrdinal") // packed into an int that never leaves the process
    static int drop(DropReason reason) {
        return of(DROP, reason.ordinal());
    }

    public static int kind(int adjacency) {
        return adjacency >>> KIND_SHIFT;
    }

    /** Whether the packet leaves through a socket of this node, and not over the fabric, or is dropped. */
    public static boolean leavesHere(int adjacency) {
        return switch (kind(adjacency)) {
            case PEER, CLIENT, RELAY -> true;
            default -> false;
        };
    }

    /** The node number of {@link #NODE_TO_CLIENT} and {@link #NODE_TO_PEER}. */
    public static int node(int adjacency) {
        return adjacency & ARGUMENT_MASK;
    }

    /** Of {@link #DROP} only. */
    public static DropReason dropReason(int adjacency) {
        return DropReason.ofOrdinal(adjacency & ARGUMENT_MASK);
    }
}
