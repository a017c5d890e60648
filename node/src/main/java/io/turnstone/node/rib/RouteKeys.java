package io.turnstone.node.rib;

import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Routes by 5-tuple and by relayed address, and which of several has each of these. Control thread. */
final class RouteKeys {
    private final Contenders<FiveTuple> byFiveTuple = new Contenders<>();
    private final Contenders<FiveTuple> byPrevious = new Contenders<>();
    private final Contenders<TransportAddress> byRelayed = new Contenders<>();

    /** Also by the 5-tuple that a moving client has not left yet, unless that is another's by now. */
    Optional<Route> byFiveTuple(FiveTuple fiveTuple) {
        return byFiveTuple.winner(fiveTuple).or(() -> byPrevious.winner(fiveTuple));
    }

    Optional<Route> byRelayed(TransportAddress relayed) {
        return byRelayed.winner(relayed);
    }

    /** @param affected gets every route that may have won or lost something, by allocation id */
    void add(Route route, Map<Long, Route> affected) {
        byFiveTuple.put(route.fiveTuple(), route);
        FiveTuple previous = route.mobility().previous().orElse(null);
        if (previous != null) {
            byPrevious.put(previous, route);
        }
        for (TransportAddress relayed : route.relayedAddresses()) {
            byRelayed.put(relayed, route);
        }
        affect(route, affected);
    }

    /** @param affected gets every route that may have won something, by allocation id */
    void remove(Route route, Map<Long, Route> affected) {
        byFiveTuple.remove(route.fiveTuple(), route.allocationId());
        FiveTuple previous = route.mobility().previous().orElse(null);
        if (previous != null) {
            byPrevious.remove(previous, route.allocationId());
        }
        for (TransportAddress relayed : route.relayedAddresses()) {
            byRelayed.remove(relayed, route.allocationId());
        }
        affect(route, affected);
    }

    private void affect(Route route, Map<Long, Route> affected) {
        for (FiveTuple fiveTuple : route.fiveTuples()) {
            affect(byFiveTuple.all(fiveTuple), affected);
            affect(byPrevious.all(fiveTuple), affected);
        }
        for (TransportAddress relayed : route.relayedAddresses()) {
            affect(byRelayed.all(relayed), affected);
        }
    }

    private static void affect(List<Route> contenders, Map<Long, Route> affected) {
        for (Route other : contenders) {
            affected.put(other.allocationId(), other);
        }
    }

    /** Whether the route has its 5-tuple and all its relayed addresses. */
    boolean isWonBy(Route route) {
        boolean wins = byFiveTuple.isWonBy(route.fiveTuple(), route);
        for (TransportAddress relayed : route.relayedAddresses()) {
            wins &= byRelayed.isWonBy(relayed, route);
        }
        return wins;
    }

    /** Where data for the client go: the 5-tuple before the last move, until it is left, unless another has it. */
    FiveTuple dataFiveTuple(Route route) {
        FiveTuple previous = route.mobility().previous().orElse(null);
        return previous != null && byFiveTuple.all(previous).isEmpty() && byPrevious.isWonBy(previous, route)
            ? previous
            : route.fiveTuple();
    }
}
