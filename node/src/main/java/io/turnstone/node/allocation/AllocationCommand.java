package io.turnstone.node.allocation;

import io.turnstone.node.replication.Version;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.TransactionId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What an {@link Allocation} is asked to do, and what it is told about what it has caused. Immutable, any thread. */
public sealed interface AllocationCommand {
    /** An authenticated client's wish. These alone travel between nodes. */
    sealed interface Request extends AllocationCommand {
        RequestId requestId();

        /** Who asks, as {@link io.turnstone.node.auth.Authentication.Accepted#account} has it. */
        String account();
    }

    /**
     * RFC 8656 §7.
     *
     * @param transaction what a repetition of the answer needs
     * @param lifetimeSeconds as asked for
     */
    record Allocate(RequestId requestId, String account, FiveTuple fiveTuple, Transaction transaction,
        OptionalInt lifetimeSeconds, RelayRequest relay) implements Request {}

    /**
     * The transaction of an Allocate.
     *
     * @param integrity how its answer is protected
     * @param mobile whether its answer has a mobility ticket
     */
    record Transaction(TransactionId id, Integrity integrity, boolean mobile) {}

    /**
     * RFC 8656 §8.
     *
     * @param lifetimeSeconds as asked for; 0 deletes
     * @param familyNumber which of the relayed addresses is meant; empty means all
     */
    record Refresh(RequestId requestId, String account, OptionalInt lifetimeSeconds, OptionalInt familyNumber)
        implements
            Request {}

    /** RFC 8656 §10. */
    record CreatePermission(RequestId requestId, String account, List<IpAddress> peers) implements Request {
        public CreatePermission {
            peers = List.copyOf(peers);
        }
    }

    /** RFC 8656 §12. */
    record ChannelBind(RequestId requestId, String account, int channelNumber, TransportAddress peer)
        implements
            Request {}

    /**
     * RFC 8016 §3.2: a Refresh with a ticket.
     *
     * @param fiveTuple where the client is now
     * @param ticket the number of its ticket for this allocation
     */
    record Move(Refresh refresh, FiveTuple fiveTuple, int ticket) implements Request {
        @Override
        public RequestId requestId() {
            return refresh.requestId();
        }

        @Override
        public String account() {
            return refresh.account();
        }
    }

    /** RFC 8016 §3.2.2: data have come from the 5-tuple that the client moved to. Nobody waits for the reply. */
    record MoveData(RequestId requestId, String account, FiveTuple fiveTuple) implements Request {}

    /** The answer to {@link AllocationEffect.Recover}: what the RIB holds. */
    record Recovered(Optional<Route> route) implements AllocationCommand {}

    /** The answer to {@link AllocationEffect.OpenRelay}. */
    record RelayAnswered(RelayPorts.RelayOutcome outcome) implements AllocationCommand {}

    /** An announcement is held by as many nodes as must hold it. */
    record Replicated(Version version) implements AllocationCommand {}

    /** An announcement was refused, since the 5-tuple belongs to another allocation. */
    record Conflict(Route existing) implements AllocationCommand {}

    /** An announcement came too late, since the route has been withdrawn or has expired. */
    record Gone() implements AllocationCommand {}

    /** The answer to {@link AllocationEffect.Withdraw}. */
    record Withdrawn() implements AllocationCommand {}

    /** The RIB has merged this allocation's route with what another authority wrote. */
    record RouteMerged() implements AllocationCommand {}

    /** The wake-up asked for by the last {@link AllocationEffect.WakeAt}. */
    record Wake() implements AllocationCommand {}
}
