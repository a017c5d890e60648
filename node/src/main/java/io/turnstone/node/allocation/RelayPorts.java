package io.turnstone.node.allocation;

import io.turnstone.node.rib.AllocateAnswer.AddressError;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunError;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Opens this node's relayed transport addresses. Control thread.
 *
 * <p>The port of a route that is removed is closed by {@link io.turnstone.node.rib.RouteListener}. The provider also closes
 * an address that no route names half a minute after it was opened, so that none is lost when an actor is.
 */
public interface RelayPorts {
    /**
     * Opens what is asked for, or nothing at all. {@code outcome} is called exactly once, maybe before this returns.
     *
     * <p>With an additional family, one address suffices: the other one's error stands in {@link Opened#addressError}
     * (RFC 8656 §7.2). The errors are 440 for a family without relay addresses and 508 for want of ports, also where a
     * token names no reservation.
     *
     * @param allocationId for whom; a new reservation token names its shard, see {@link ReservationToken}
     */
    void open(long allocationId, RelayRequest request, Consumer<RelayOutcome> outcome);

    /** Closes addresses whose route was never announced, or has lost them. */
    void release(List<TransportAddress> relayedAddresses);

    /** What became of {@link #open}. */
    sealed interface RelayOutcome {}

    /**
     * @param relayedAddresses one or two, as advertised
     * @param reservationToken for the next higher port, which stays reserved for 30 seconds
     * @param addressError what ADDRESS-ERROR-CODE says
     */
    record Opened(List<TransportAddress> relayedAddresses, OptionalLong reservationToken,
        Optional<AddressError> addressError) implements RelayOutcome {
        public Opened {
            relayedAddresses = List.copyOf(relayedAddresses);
        }
    }

    /** @param error 440 or 508 */
    record Refused(StunError error) implements RelayOutcome {}
}
