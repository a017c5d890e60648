package io.turnstone.node.cluster;

/**
 * The version of the messages between nodes. A change takes two releases: the first one reads the new form, the second
 * one writes it. So neighbours understand each other, and a cluster is upgraded node by node. Any thread.
 */
public final class WireVersion {
    /** What this program reads at most. */
    public static final int CURRENT = 1;

    private WireVersion() {}

    static boolean isCompatible(int own, int other) {
        return Math.abs(own - other) <= 1;
    }
}
