/**
 * Sockets: datagrams by NIO or by Linux' own calls, ICMP errors by a raw socket. Native calls are made through
 * {@code java.lang.foreign}.
 *
 * <p>{@link io.turnstone.node.transport.Sockets} opens them on the control thread; each forwarder thread receives
 * through its own {@link io.turnstone.node.transport.DatagramIo} and anybody sends through a
 * {@link io.turnstone.node.transport.DatagramSender} of their own. Every way to do datagram I/O passes the same
 * contract test.
 *
 * <h2>Addresses</h2>
 *
 * Every socket is bound to one exact address, but for relayed addresses that are gathered
 * ({@link io.turnstone.node.transport.Sockets#gatherRelays}): what comes to any of their ports arrives at a socket that is
 * bound to one of them, and tells which. NIO does not tell which local address a datagram was sent to, so an
 * answer from a wildcard socket could leave from another one and clients would drop it; a wildcard service address is
 * therefore expanded to one socket per local address at start
 * ({@link io.turnstone.node.transport.ServiceAddress#expand}). IPv4 sockets are opened for {@code INET}, IPv6 sockets
 * for {@code INET6}. The JDK clears IPV6_V6ONLY on the latter, which on Linux would matter for {@code ::} only: a
 * socket bound to an IPv6 address gets nothing from IPv4, and both families may have the same port.
 *
 * <h2>What NIO cannot do</h2>
 *
 * It neither reads nor sets TTL, DSCP, ECN and the fragmentation fields of a received datagram. RFC 8656 §14 allows the
 * "alternate behaviour" of each, which is what happens here: TTL, DSCP and ECN of a relayed datagram are the operating
 * system's defaults, fragments are reassembled by the kernel before relaying and fragmented again where a link needs
 * it. Datagrams to peers leave with DF cleared, except those of a Send indication with DONT-FRAGMENT (RFC 8656 §14.4).
 *
 * <h2>Allocation</h2>
 *
 * The code here allocates nothing per datagram. The JDK makes a new {@link java.net.InetSocketAddress} when a
 * datagram's source differs from that of the last one on the same socket: 120 bytes for IPv4 and 192 for IPv6, measured
 * on JDK 25. On a listener with many clients that means most datagrams; one source per socket, as on most relay
 * sockets, costs 0 bytes.
 */
@NullMarked
package io.turnstone.node.transport;

import org.jspecify.annotations.NullMarked;
