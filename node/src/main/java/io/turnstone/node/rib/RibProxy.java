package io.turnstone.node.rib;

import io.turnstone.node.replication.Version;
import io.turnstone.protocol.net.FiveTuple;
import java.util.Optional;
import java.util.function.Consumer;

/** The RIB as authorities act upon it: an answer may come before the call returns. Control thread. */
public interface RibProxy {
    /**
     * Replicates a route that this node's authority has written. {@code outcome} is called exactly once.
     *
     * @param asker the node that will answer a client by the outcome, and so has to hold the route by then; else this node
     */
    void announce(Route route, long asker, Consumer<Outcome> outcome);

    /**
     * Withdraws a route. {@code done} is called exactly once, when enough nodes know, or with {@link Outcome.Gone} where
     * another authority has gone on with the route, which then stays.
     *
     * @param version the last one that the authority has written
     * @param asker as for {@link #announce}
     */
    void withdraw(long allocationId, Version version, long asker, Consumer<Outcome> done);

    void find(long allocationId, Consumer<Optional<Route>> found);

    /** Asks every member for a 5-tuple. {@code answer} is called exactly once, within about a second. */
    void inquire(FiveTuple fiveTuple, Consumer<Inquiry> answer);
}
