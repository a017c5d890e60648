package io.turnstone.node.allocation;

import io.turnstone.protocol.net.TransportAddress;

/**
 * What came back for a packet that was sent to a peer (RFC 8656 §11.5). Immutable, any thread. The family of the addresses
 * says whether this is ICMP (RFC 792) or ICMPv6 (RFC 4443).
 *
 * @param errorData the next hop's MTU where the error is about size, otherwise 0 (RFC 8656 §18.13)
 * @param relayed the advertised address that the packet was sent from
 * @param peer the address that it was sent to
 */
public record IcmpError(int type, int code, int errorData, TransportAddress relayed, TransportAddress peer) {
    /** The types that are told to clients: unreachable and time exceeded, in IPv6 also packet too big. */
    boolean isRelayed() {
        return relayed.isIpv4() ? type == 3 || type == 11 : type >= 1 && type <= 3;
    }
}
