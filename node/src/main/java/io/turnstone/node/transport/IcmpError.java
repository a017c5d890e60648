package io.turnstone.node.transport;

import io.turnstone.protocol.net.TransportAddress;

/**
 * An ICMP or ICMPv6 error about a UDP datagram that this machine has sent. Immutable, any thread. The family of the
 * addresses says which of the two protocols it is.
 *
 * @param type 3 or 11 (RFC 792); 1, 2 or 3 in IPv6 (RFC 4443)
 * @param errorData the next hop's MTU for "fragmentation needed" and "packet too big", otherwise 0 (RFC 8656 §18.13)
 * @param local the socket address that the datagram left from; for a relay socket see
 *     {@link Sockets#relaySocketBoundTo}
 * @param peer where it was sent to
 */
public record IcmpError(int type, int code, int errorData, TransportAddress local, TransportAddress peer) {}
