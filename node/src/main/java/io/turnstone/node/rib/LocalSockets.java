package io.turnstone.node.rib;

import io.turnstone.protocol.net.TransportAddress;

/** Which relayed addresses have a socket in this process. Control thread. */
@FunctionalInterface
public interface LocalSockets {
    int NONE = -1;

    /** The socket's handle, or {@link #NONE}. */
    int socketOf(TransportAddress relayedAddress);
}
