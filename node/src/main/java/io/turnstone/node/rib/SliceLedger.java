package io.turnstone.node.rib;

import java.util.Set;
import java.util.function.Consumer;

/**
 * The cluster's record of who holds which slice of ports, kept by majorities of the members. What it holds is told to
 * {@link PortSlices#onClaims} whenever it changes. Called on the control thread, answers there.
 *
 * <p>Of two nodes that claim one slice at the same time, at most one is granted it: each writes its claim to a majority
 * first and reads from a majority then, and whoever finds another's claim withdraws.
 */
public interface SliceLedger {
    /** What became of a claim. */
    enum Answer {
        /** The slice is this node's until it gives it back. */
        GRANTED,
        /** Another node has claimed it. */
        TAKEN,
        /** No majority could be reached; nothing is claimed. */
        UNREACHED
    }

    /**
     * Claims a slice for this node.
     *
     * @param votes how many members there must be for the claim to count
     * @param answer is called at most once; never if this node is removed from the cluster meanwhile
     */
    void claim(PortSlice slice, int votes, Consumer<Answer> answer);

    /** Writes down what this node knows of others' claims, or leaves to them. */
    void add(Set<SliceClaim> claims);

    /** Gives back this node's slices, or those of nodes that are gone. */
    void remove(Set<SliceClaim> claims);
}
