package io.turnstone.node.transport;

import io.turnstone.protocol.net.TransportAddress;

/**
 * What a socket is for. Immutable, any thread.
 *
 * @param listener the index of the service address, or {@link #RELAY}
 * @param local what it is bound to
 * @param advertised what the world knows it by: the service address of a listener, the relayed address of a relay
 *     socket
 */
public record SocketInfo(int listener, TransportAddress local, TransportAddress advertised) {
    /** Not a listener but the socket of a relayed transport address. */
    public static final int RELAY = -1;

    public boolean isRelay() {
        return listener == RELAY;
    }
}
