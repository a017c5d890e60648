package io.turnstone.node.fabric;

import io.turnstone.node.auth.ClusterKeys;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/** Sends media frames to other nodes. One instance per calling thread; any thread may be one. */
@FunctionalInterface
public interface FabricPublisher {
    /** The publisher of a node that has no peers. */
    FabricPublisher NONE = (nodeNumber, frame, offset, length) -> FabricOutcome.NO_SUCH_NODE;

    /**
     * Signs the frame in place and hands it to the lane of its allocation, so the frames of one allocation and thread stay
     * in order. Never blocks, allocates nothing.
     *
     * @param nodeNumber as {@link FabricControl#addPeer} gave it
     * @param frame holds a whole {@link io.turnstone.protocol.fabric.MediaFrame} at {@code offset}; may be used again as
     *     soon as the call returns
     */
    FabricOutcome offer(int nodeNumber, MutableDirectBuffer frame, int offset, int length);

    /** What was offered leaves now, if it has not left already. Once a turn. */
    default void flush() {}

    /** A publisher for one thread. */
    static FabricPublisher over(List<FabricLane> lanes, ClusterKeys keys) {
        return lanes.isEmpty() ? NONE : new LanePublisher(lanes, keys);
    }
}
