package io.turnstone.node.rib;

/** Whose the relay addresses are, and what stands behind them. */
public enum RelayMode {
    /** Each node's own, with sockets. */
    NODE,
    /** The cluster's, with sockets on every node. */
    SHARED,
    /** The cluster's, without any socket: clients reach each other only. */
    CLUSTER;

    /** Whether all nodes have the same addresses, and so deal out their ports in slices. */
    public boolean isCommon() {
        return this != NODE;
    }
}
