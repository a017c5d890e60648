package io.turnstone.node.allocation;

import io.turnstone.node.rib.Route;
import io.turnstone.protocol.stun.StunError;

/** What becomes of a {@link AllocationCommand.Request}. Immutable, any thread; travels between nodes. */
public sealed interface AllocationReply {
    RequestId requestId();

    /** Success of an Allocate; the route says all that the answer holds. */
    record Allocated(RequestId requestId, Route route) implements AllocationReply {}

    /** Another allocation has the 5-tuple already. */
    record Conflicted(RequestId requestId, Route existing) implements AllocationReply {}

    /**
     * Success of a Refresh.
     *
     * @param ticket the number of the client's next mobility ticket; 0 for none
     */
    record Refreshed(RequestId requestId, int lifetimeSeconds, int ticket) implements AllocationReply {}

    /** Success of what is not answered with anything. */
    record Bound(RequestId requestId) implements AllocationReply {}

    record Refused(RequestId requestId, StunError error) implements AllocationReply {}

    /** There is no such allocation here; whether the client is told is not decided here. */
    record Missing(RequestId requestId) implements AllocationReply {}
}
