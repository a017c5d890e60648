package io.turnstone.node.rib;

/** Told what happens to routes, whoever the author. Control thread; must not call back into the RIB. */
public interface RouteListener {
    /** The route has been withdrawn or has expired, so its relay port may be closed and quarantined. */
    void onRemoved(Route route);

    /**
     * Two authorities wrote the route without knowing of each other, and {@code merged} holds both contents. The
     * authority that goes on should take it over and announce it.
     */
    void onMerged(Route merged);
}
