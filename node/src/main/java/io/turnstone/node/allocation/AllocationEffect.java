package io.turnstone.node.allocation;

import io.turnstone.node.replication.Version;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;

/** What the outside world must do after a command. An {@link Allocation} itself does nothing. */
public sealed interface AllocationEffect {
    /** Ask the RIB for the route and answer with {@link AllocationCommand.Recovered}. */
    record Recover() implements AllocationEffect {}

    /** Open relayed addresses and answer with {@link AllocationCommand.RelayAnswered}. */
    record OpenRelay(RelayRequest request) implements AllocationEffect {}

    /** Close relayed addresses that no route names any more. */
    record ReleaseRelay(List<TransportAddress> relayedAddresses) implements AllocationEffect {}

    /**
     * Replicate; the outcome is {@link AllocationCommand.Replicated}, {@code Conflict} or {@code Gone}.
     *
     * @param asker the node that has to hold it by then, since it answers the client
     */
    record Announce(Route route, long asker) implements AllocationEffect {}

    /**
     * Withdraw the route and answer with {@link AllocationCommand.Withdrawn}.
     *
     * @param asker the node that has to know by then, since it answers the client
     */
    record Withdraw(Version version, long asker) implements AllocationEffect {}

    record Respond(AllocationReply reply) implements AllocationEffect {}

    /** Send {@link AllocationCommand.Wake} at this time, in epoch milliseconds. Replaces any earlier wake-up. */
    record WakeAt(long deadlineMs) implements AllocationEffect {}

    /** This allocation has ended; nothing more will be done for it. */
    record Stop() implements AllocationEffect {}
}
