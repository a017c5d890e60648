package io.turnstone.node.rooms;

/** The connections of this node's clients. The rooms' thread calls it. */
interface RoomClients {
    /** @return false if it is not open any more */
    boolean send(long connection, String text);

    /** Ends it when all that was sent has left; no more is heard of it than its end. */
    void close(long connection);
}
