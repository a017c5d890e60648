package io.turnstone.node.rib;

import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;

/** Which service addresses this node listens on. Control thread. */
@FunctionalInterface
public interface Listeners {
    int NONE = -1;

    /** The listener's index, or {@link #NONE}. */
    int listenerOf(TransportAddress serviceAddress, TransportProtocol protocol);
}
