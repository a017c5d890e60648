package io.turnstone.node;

import io.turnstone.node.rib.LocalSockets;
import io.turnstone.protocol.net.TransportAddress;

/** What stands behind the relayed addresses on this node; one implementation per relay mode. Control thread. */
interface RelaySockets extends LocalSockets {
    /** Opens a relayed address that this node gives away; false if that cannot be done on this machine. */
    boolean open(TransportAddress local, TransportAddress relayed);

    /** Closes what is open for a relayed address, if anything is. */
    void close(TransportAddress relayed);

    /** A route of the cluster names this relayed address. */
    default void onNamed(TransportAddress relayed) {}

    /** @return how much was done */
    default int doWork() {
        return 0;
    }

    /** How many relayed addresses of the cluster have no socket here though they should. Any thread. */
    default int missing() {
        return 0;
    }
}
