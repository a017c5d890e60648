package io.turnstone.node.kernel;

import io.turnstone.protocol.net.TransportAddress;
import org.jspecify.annotations.Nullable;

/** Where sockets are bound, behind what is advertised. The control thread asks. */
public interface LocalAddresses {
    /** Of the listener with that index. */
    TransportAddress ofListener(int listener);

    /** Of a relay socket, by its handle; null if it is closed. */
    @Nullable
    TransportAddress ofRelay(int socket);
}
