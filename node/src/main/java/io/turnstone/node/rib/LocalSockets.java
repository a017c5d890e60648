package io.turnstone.node.rib;

import io.turnstone.node.fib.Leg;
import io.turnstone.protocol.net.TransportAddress;

/** Which relayed addresses have a socket in this process. Control thread. */
@FunctionalInterface
public interface LocalSockets {
    int NONE = Leg.NO_SOCKET;
    /** No node has a socket there: only clients of the cluster are reached. */
    int VIRTUAL = Leg.VIRTUAL;

    /** The socket's handle, {@link #NONE} or {@link #VIRTUAL}. */
    int socketOf(TransportAddress relayedAddress);
}
