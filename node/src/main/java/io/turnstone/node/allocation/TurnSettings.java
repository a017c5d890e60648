package io.turnstone.node.allocation;

import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAttribute;
import java.util.List;

/**
 * What the operator decides about {@link TurnService}. Immutable, any thread.
 *
 * @param incarnation of this node
 * @param serviceAddresses the advertised address of each listener, by its index
 * @param software for SOFTWARE in authenticated responses; empty leaves it out
 * @param userQuota how many allocations an account may have in the cluster; 0 is no limit
 * @param callQuota how many allocations the credentials of a call may have in the cluster; 0 is no limit
 * @param followsClientFamily whether an Allocate without REQUESTED-ADDRESS-FAMILY gets the client's family instead of IPv4
 *     (CLIENTS rule 9)
 * @param mobility whether clients may move (RFC 8016)
 * @param setsDontFragment whether DONT-FRAGMENT is understood; otherwise it is answered with 420 (RFC 8656 §7.2)
 */
public record TurnSettings(long incarnation, List<TransportAddress> serviceAddresses, String software, int userQuota,
    int callQuota,
    boolean followsClientFamily, boolean mobility, boolean setsDontFragment) {
    public TurnSettings {
        serviceAddresses = List.copyOf(serviceAddresses);
    }

    /** The comprehension-required attributes that are understood. */
    long understoodSet() {
        return setsDontFragment
            ? StunAttribute.TURN_SERVER_SET
            : StunAttribute.TURN_SERVER_SET & ~StunAttribute.setOf(StunAttribute.DONT_FRAGMENT);
    }
}
