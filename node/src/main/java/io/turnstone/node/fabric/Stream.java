package io.turnstone.node.fabric;

/** The Aeron streams between two nodes. */
enum Stream {
    /** Frames of calls: lost ones stay lost, and a receiver that lost the sender takes up where it is now. */
    MEDIA(1001, "|reliable=false|rejoin=true"),
    /** Messages between control planes, in order and complete as long as the connection lasts. */
    ROUTE(1002, "|reliable=true|rejoin=true"),
    /** Signs of life; a late one is worth nothing. */
    HEARTBEAT(1003, "|reliable=false|rejoin=true");

    private final int id;
    private final String subscriberParameters;

    Stream(int id, String subscriberParameters) {
        this.id = id;
        this.subscriberParameters = subscriberParameters;
    }

    int id() {
        return id;
    }

    String subscriberParameters() {
        return subscriberParameters;
    }
}
