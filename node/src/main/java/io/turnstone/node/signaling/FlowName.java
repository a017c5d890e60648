package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipTransport;

/**
 * A flow (RFC 5626 §3.1): a connection, or the two addresses that datagrams go between. Immutable, any thread.
 *
 * @param node the incarnation of the node that has the socket: a flow of the process before is none of the next one
 * @param id given by that node's transport; never used again for another flow
 * @param transport over which the messages go
 */
public record FlowName(long node, long id, SipTransport transport) {}
