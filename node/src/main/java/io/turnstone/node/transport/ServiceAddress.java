package io.turnstone.node.transport;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An address that clients send to. Immutable, any thread.
 *
 * @param local where to bind
 * @param advertised what clients know it by; equal to {@code local} unless a balancer or a NAT is in front
 */
public record ServiceAddress(TransportAddress local, TransportAddress advertised) {
    /** Known to clients by the address it is bound to. */
    public static ServiceAddress of(TransportAddress local) {
        return new ServiceAddress(local, local);
    }

    /**
     * Replaces each wildcard by the addresses of its family that this machine has now, except link-local ones, whose
     * clients need a zone that no transport address carries. An address that the machine gets later is not listened on.
     *
     * <p>A wildcard that is advertised as something else stays one socket: behind the balancer or NAT that has the
     * advertised address, an answer leaves from the address that the machine's routes choose.
     *
     * @throws SocketException if the machine does not tell its addresses
     * @throws IllegalArgumentException if two are advertised alike: an answer could leave from the wrong one
     */
    public static List<ServiceAddress> expand(List<ServiceAddress> configured) throws SocketException {
        List<ServiceAddress> expanded = new ArrayList<>();
        for (ServiceAddress address : configured) {
            if (address.isWildcard() && address.local.equals(address.advertised)) {
                expanded.addAll(address.perLocalAddress());
            } else {
                expanded.add(address);
            }
        }
        requireDistinct(expanded);
        return List.copyOf(expanded);
    }

    private boolean isWildcard() {
        return local.ip().toInetAddress().isAnyLocalAddress();
    }

    private List<ServiceAddress> perLocalAddress() throws SocketException {
        List<ServiceAddress> addresses = new ArrayList<>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isUp()) {
                each.inetAddresses()
                    .filter(ip -> !ip.isLinkLocalAddress())
                    .map(ServiceAddress::withoutZone)
                    .filter(ip -> ip.isIpv4() == local.isIpv4())
                    .map(ip -> TransportAddress.of(ip, local.port()))
                    .map(ServiceAddress::of)
                    .forEach(addresses::add);
            }
        }
        return addresses;
    }

    private static IpAddress withoutZone(InetAddress address) {
        return IpAddress.ofBytes(address.getAddress());
    }

    private static void requireDistinct(List<ServiceAddress> addresses) {
        Set<TransportAddress> seen = new HashSet<>();
        for (ServiceAddress address : addresses) {
            if (address.advertised.port() != 0 && !seen.add(address.advertised)) {
                throw new IllegalArgumentException(
                    "two listeners are advertised as " + address.advertised + "; each needs an address of its own");
            }
        }
    }
}
