package io.turnstone.node.cluster;

/**
 * The version of the messages between nodes. Neighbouring versions understand each other, so a cluster is upgraded node by
 * node: fields and heartbeats only grow, whoever does not know what was added skips it, and a node sends a neighbour nothing
 * that is younger than the neighbour's own version. Any thread.
 *
 * <pre>
 * 1   as first released
 * 2   heartbeats tell of the sender's cluster (fabric.ClusterSide); two clusters that meet become one
 *     a digest may ask for one in return, and buckets that differ are narrowed down to leaves (replication.Pulls)
 * 3   frames are signed with SipHash (fabric.FrameKeys)
 * 4   nodes that serve SIP share bindings, and send requests and responses over each other's connections (signaling.Peers)
 * 5   frames are signed with NH and SipHash (fabric.FrameKeys)
 *     sessions of signaling are sharded, and tell nodes what has ended (ShardedSessions)
 *     nodes that serve SIP share presence (signaling.ReplicatedPresence)
 * </pre>
 */
public final class WireVersion {
    /** The version that this program speaks. */
    public static final int CURRENT = 5;

    private static final String PROPERTY = "turnstone.wire-version";

    private WireVersion() {}

    /** What this process speaks: a system property lets tests of upgrades run this program as its predecessor. */
    public static int spoken() {
        return Integer.getInteger(PROPERTY, CURRENT);
    }

    static boolean isCompatible(int own, int other) {
        return Math.abs(own - other) <= 1;
    }
}
