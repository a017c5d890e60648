package io.turnstone.node.allocation;

import java.util.OptionalLong;

/** The sharded authorities, whichever node they are on. Control thread. Supplied by the cluster. */
public interface Allocations {
    /** How many shards there are: an allocation's shard is the remainder of its unsigned id. */
    int SHARDS = 1000;

    static int shardOf(long allocationId) {
        return (int) Long.remainderUnsigned(allocationId, SHARDS);
    }

    /** A new id in a shard that this node hosts; empty as long as it hosts none. */
    OptionalLong mint();

    /** A new id in that shard, wherever it is; empty as long as this node may not. */
    OptionalLong mintIn(int shard);

    /** Delivers a command at most once. Replies come to {@link TurnService#onReply} on the control thread, or never. */
    void tell(long allocationId, AllocationCommand command);
}
