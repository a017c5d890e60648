package io.turnstone.node.allocation;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.IpPrefix;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which peers a client may reach (RFC 8656 §21.1.6). Immutable, any thread. In this order:
 * <ol>
 * <li>a peer in the deny list, in whatever disguise, is denied;
 * <li>the cluster's relayed IP addresses are allowed, since packets to them never leave the cluster unseen;
 * <li>a peer in {@link SpecialPurpose} is denied unless the allow list has it;
 * <li>a peer that carries an IPv4 address is denied if that address is.
 * </ol>
 * A permission names only an IP; which ports of the cluster's own addresses are out of bounds is checked per packet.
 */
public final class PeerPolicy {
    private final List<IpPrefix> allowed;
    private final List<IpPrefix> denied;
    private final Predicate<IpAddress> isRelayed;

    /**
     * @param allowed opens special-purpose ranges
     * @param denied closes whatever is in it
     * @param isRelayed whether an IP address is one of the cluster's advertised relay addresses
     */
    public PeerPolicy(List<IpPrefix> allowed, List<IpPrefix> denied, Predicate<IpAddress> isRelayed) {
        this.allowed = List.copyOf(allowed);
        this.denied = List.copyOf(denied);
        this.isRelayed = isRelayed;
    }

    public boolean allows(IpAddress peer) {
        List<IpAddress> carried = SpecialPurpose.carriedIpv4(peer);
        if (isIn(denied, peer) || carried.stream().anyMatch(ipv4 -> isIn(denied, ipv4))) {
            return false;
        }
        return isRelayed.test(peer) || (isOpen(peer) && carried.stream().allMatch(this::isOpen));
    }

    private boolean isOpen(IpAddress address) {
        return isIn(allowed, address) || !SpecialPurpose.contains(address);
    }

    private static boolean isIn(List<IpPrefix> prefixes, IpAddress address) {
        for (IpPrefix prefix : prefixes) {
            if (prefix.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
