package io.turnstone.node.rib;

import io.turnstone.node.replication.Version;

/** What became of an announcement. Immutable, any thread. */
public sealed interface Outcome {
    /** Held by as many nodes as the settings ask for, the referee among them: the client may be told. */
    record Replicated(Version version) implements Outcome {}

    /** Not taken: the referee knows another allocation for the 5-tuple. The client is answered with that one. */
    record Conflict(Route existing) implements Outcome {}

    /** Not taken: the route has been withdrawn or has expired. The authority stops. */
    record Gone() implements Outcome {}
}
