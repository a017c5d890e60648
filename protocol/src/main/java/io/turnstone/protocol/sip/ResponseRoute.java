package io.turnstone.protocol.sip;

import io.turnstone.protocol.net.IpAddress;

/** Where a response would be sent by its Via (RFC 3261 §18.2.2), as far as that is an address. One thread. */
final class ResponseRoute {
    private static final int BROADCAST = 0xFFFF_FFFF;
    private static final int IPV4_MULTICAST_BITS = 0xE;
    private static final int IPV4_MULTICAST_SHIFT = 28;
    private static final int IPV6_MULTICAST_BITS = 0xFF;
    private static final int IPV6_MULTICAST_SHIFT = 56;

    private final IpLiteral maddr = new IpLiteral();

    /**
     * Whether maddr, received or else sent-by is no address to which a forged Via could aim a flood: broadcast, multicast,
     * unspecified (RFC 4475 §3.3.10). A multicast maddr is what the RFC has maddr for.
     */
    boolean isUnicast(Via via) {
        int index = via.parameters().find("maddr");
        if (index != SipView.NOT_FOUND && via.parameters().hasValue(index)) {
            byte[] octets = via.octets();
            int start = via.parameters().valueStart(index);
            int end = via.parameters().valueEnd(index);
            return !maddr.parseIpv4(octets, start, end)
                || (!isBroadcast(maddr.high(), maddr.low()) && !isUnspecified(maddr.high(), maddr.low()));
        }
        if (via.decodeReceived()) {
            return isUnicast(via.receivedHigh(), via.receivedLow());
        }
        return !via.isHostIp() || isUnicast(via.hostHigh(), via.hostLow());
    }

    private static boolean isUnicast(long high, long low) {
        return !isBroadcast(high, low) && !isUnspecified(high, low) && !isMulticast(high, low);
    }

    private static boolean isBroadcast(long high, long low) {
        return IpAddress.isIpv4(high, low) && (int) low == BROADCAST;
    }

    private static boolean isUnspecified(long high, long low) {
        return high == 0 && (low == 0 || low == IpAddress.V4_MAPPED_PREFIX);
    }

    private static boolean isMulticast(long high, long low) {
        return IpAddress.isIpv4(high, low)
            ? (int) low >>> IPV4_MULTICAST_SHIFT == IPV4_MULTICAST_BITS
            : high >>> IPV6_MULTICAST_SHIFT == IPV6_MULTICAST_BITS;
    }
}
