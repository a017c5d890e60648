package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Addresses outside of the cluster as targets of one request, each a group of its own. One thread. A request that is too long
 * for a datagram whose way is not known goes by TCP first where UDP was meant, and over UDP if that cannot be reached (RFC 3261
 * §18.1.1).
 */
final class HopTargets {
    private static final int DATAGRAM_LENGTH_MAX = 1_300;
    /** What Via, Record-Route and an asserted identity add, about. */
    private static final int ADDED_LENGTH = 400;

    private final Deque<List<Target>> groups = new ArrayDeque<>();
    private final boolean tooLong;

    /** @param requestLength as it came in, in octets */
    HopTargets(int requestLength) {
        tooLong = requestLength + ADDED_LENGTH > DATAGRAM_LENGTH_MAX;
    }

    /** By which the address is known when it is tried by TCP in place of UDP, since that is a branch of its own. */
    static BindingId byTcp(BindingId id) {
        return new BindingId(id.addressOfRecord(), ~id.binding());
    }

    /** @param requestUri empty if it stays */
    HopTargets add(BindingId id, Hop hop, String requestUri) {
        if (tooLong && hop.transport() == SipTransport.UDP) {
            groups.add(List.of(Target.of(byTcp(id), new Hop(SipTransport.TCP, hop.address(), ""), requestUri)));
        }
        groups.add(List.of(Target.of(id, hop, requestUri)));
        return this;
    }

    /** In the order in which they were added. */
    Deque<List<Target>> groups() {
        return groups;
    }
}
