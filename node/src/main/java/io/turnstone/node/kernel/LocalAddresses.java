package io.turnstone.node.kernel;

import io.turnstone.protocol.net.TransportAddress;
import org.jspecify.annotations.Nullable;

/** Where sockets are bound, behind what is advertised. The control thread asks. */
public interface LocalAddresses {
    int NO_LISTENER = -1;

    /** Of the listener with that index. */
    TransportAddress ofListener(int listener);

    /** Of a relay socket, by its handle; null if it is closed. */
    @Nullable
    TransportAddress ofRelay(int socket);

    /** The index of the listener that is bound there, or {@link #NO_LISTENER}. */
    int listenerAt(TransportAddress local);

    /** The relayed address of the socket that is bound there, or null. */
    @Nullable
    TransportAddress relayedAt(TransportAddress local);
}
