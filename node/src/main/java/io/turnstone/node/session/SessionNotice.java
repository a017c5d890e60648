package io.turnstone.node.session;

import io.turnstone.node.rooms.RoomNews;

/** What a session tells a node. Travels; nobody waits for an answer. Immutable, any thread. */
public sealed interface SessionNotice {
    /** The call is over: its allocations are to be deleted, and whoever holds it lets go. */
    record CallEnded(String callId) implements SessionNotice {}

    /** A room has something to say to the node, or to one of its members there. */
    record RoomTold(String room, RoomNews news) implements SessionNotice {}
}
