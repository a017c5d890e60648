package io.turnstone.node.cluster;

import io.turnstone.node.rib.NodeDescriptor;

/**
 * What happens to the membership, in order, called on the executor that the runtime was given (the control inbox). A
 * node that is removed and joins again keeps its incarnation.
 */
public interface ClusterEvents {
    /** A member told what it is; also called again for one that is known, after this node itself had to join again. */
    void nodeJoined(NodeDescriptor node);

    /** A node that is no member told what it is, perhaps the member of a cluster that was founded apart. */
    void nodeMet(NodeDescriptor node);

    /** A member was removed, or another process took its address. It may still forward. */
    void nodeLeft(long incarnation);

    /** The process of a former member has ended for certain: another one has taken its address. */
    void nodeEnded(long incarnation);

    /**
     * This node is a member: its authorities may decide.
     *
     * @param others how many members there were before; each of them will be told of by {@link #nodeJoined}
     */
    void selfUp(int others);

    /** This node is no member any more: its authorities are gone, its packets go on. It will try to join again. */
    void selfDown();

    /** This node will not be a member: a sentence for the operator. Final. */
    void refused(String reason);
}
