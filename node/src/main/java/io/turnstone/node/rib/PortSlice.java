package io.turnstone.node.rib;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;

/**
 * 64 ports of a relay address that all nodes share: what a node takes to give away. Aligned, so that an even port and its
 * successor lie in one slice. Immutable, any thread.
 *
 * @param number its first port divided by 64
 */
public record PortSlice(IpAddress address, int number) {
    public static final int PORTS = 64;

    public static PortSlice of(TransportAddress relayed) {
        return new PortSlice(relayed.ip(), relayed.port() / PORTS);
    }

    /** Those of its ports that lie in the range of its address; the outermost slices may have fewer than 64. */
    PortRange within(PortRange range) {
        int first = number * PORTS;
        return new PortRange(Math.max(first, range.first()), Math.min(first + PORTS - 1, range.last()));
    }

    @Override
    public String toString() {
        return address + " " + number * PORTS + "+";
    }
}
