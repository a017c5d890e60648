package io.turnstone.node.rib;

import io.turnstone.node.replication.Rendezvous;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which node serves a route, as every node that sees the same live nodes computes it. Pure functions, any thread. */
public final class Homes {
    private Homes() {}

    /**
     * Who serves the relayed addresses: the node that opened them while it is live (an authority that moved elsewhere does
     * not take the sockets along), else the owner while that is live, else its successor in rendezvous order.
     */
    public static long home(Route route, Set<Long> live) {
        if (live.contains(route.opener())) {
            return route.opener();
        }
        return live.contains(route.owner()) ? route.owner() : successor(route, live);
    }

    /**
     * Where the client's packets arrive: where they were heard last, at first where it allocated. {@link Rendezvous#NOBODY}
     * when that node is silent: the balancer knows where they will arrive next, and no node does before they do.
     *
     * @param learned from traffic; null if nothing was
     * @param heard the nodes that take media, live ones or not
     */
    public static long attachment(Route route, @Nullable Attachment learned, Set<Long> heard) {
        long last = learned == null ? route.opener() : learned.node();
        return heard.contains(last) ? last : Rendezvous.NOBODY;
    }

    private static long successor(Route route, Set<Long> live) {
        long successor = Rendezvous.first(Rendezvous.mix(route.allocationId()), live);
        return successor == Rendezvous.NOBODY ? route.owner() : successor;
    }
}
