package io.turnstone.node.allocation;

import io.turnstone.protocol.net.TransportAddress;

/**
 * Where a request came from and how its answer goes back. Immutable, any thread.
 *
 * @param client who sent it
 * @param hop who takes the answer: the client, or the proxy that named it
 * @param listener the index of the listener it was sent to; the answer leaves from there (CLIENTS rule 1)
 * @param forwarder the forwarder that received it
 */
public record Origin(TransportAddress client, TransportAddress hop, int listener, int forwarder) {
    /** Of a client that no proxy stands before. */
    public Origin(TransportAddress client, int listener, int forwarder) {
        this(client, client, listener, forwarder);
    }
}
