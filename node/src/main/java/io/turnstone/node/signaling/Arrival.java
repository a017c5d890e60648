package io.turnstone.node.signaling;

import io.turnstone.protocol.net.TransportAddress;

/**
 * Whence a message came. Immutable, any thread; one for each flow, not for each message.
 *
 * @param remote the other end of the flow, which goes into the top Via (RFC 3261 §18.2.1, RFC 3581 §4)
 */
public record Arrival(FlowName flow, TransportAddress remote) {}
