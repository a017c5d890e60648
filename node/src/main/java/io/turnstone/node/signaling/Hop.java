package io.turnstone.node.signaling;

import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;

/**
 * Where a request goes that leaves the cluster (RFC 3263 §4). Immutable, any thread.
 *
 * @param transport UDP, TCP or TLS
 * @param serverName what the other side's certificate must name; empty unless the transport is TLS
 */
public record Hop(SipTransport transport, TransportAddress address, String serverName) {
    public Hop {
        boolean known = transport == SipTransport.UDP || transport == SipTransport.TCP || transport == SipTransport.TLS;
        if (!known || (transport == SipTransport.TLS) == serverName.isEmpty()) {
            throw new IllegalArgumentException(
                "no hop goes over " + transport + " to a server named '" + serverName + "'");
        }
    }
}
