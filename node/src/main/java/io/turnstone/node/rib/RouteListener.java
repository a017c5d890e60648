package io.turnstone.node.rib;

import io.turnstone.protocol.net.TransportAddress;

/** Told what happens to routes, whoever the author. Control thread; must not call back into the RIB. */
public interface RouteListener {
    /** A route names this relayed address; said again for each route, should several do so. */
    void onNamed(TransportAddress relayed);

    /** No route names it any more, so its port may be closed and rests. */
    void onUnnamed(TransportAddress relayed);

    /**
     * Two authorities wrote the route without knowing of each other, and {@code merged} holds both contents. The
     * authority that goes on should take it over and announce it.
     */
    void onMerged(Route merged);
}
