/**
 * SIP control: transactions (RFC 3261 §17), the registrar (§10) and the proxy (§16) as pure machines on top of
 * {@link io.turnstone.protocol.sip}, put together by {@link io.turnstone.node.signaling.SipEngine}. None of them opens a
 * socket, reads a clock or knows how nodes talk: messages come in with the flow they arrived on, and leave through
 * {@link io.turnstone.node.signaling.Flows} and {@link io.turnstone.node.signaling.Locations}.
 *
 * <p>{@link io.turnstone.node.signaling.SignalingAgent} runs the engine of a node on a thread of its own, between the
 * connections of {@link io.turnstone.node.transport.stream}, the datagrams of {@link io.turnstone.node.transport} and a
 * location service that every node has whole ({@link io.turnstone.node.replication}).
 * {@link io.turnstone.node.signaling.PeerLink} and {@link io.turnstone.node.signaling.PeerInbox} are its ends of the
 * streams between nodes.
 */
@NullMarked
package io.turnstone.node.signaling;

import org.jspecify.annotations.NullMarked;
