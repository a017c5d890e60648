package io.turnstone.loadtest.relay;

/** What the generator counts. */
enum RelayCounter {
    /** Packets handed to the system for the server. */
    SENT,
    /** Packets that came out of the server, at either end. */
    DELIVERED
}
