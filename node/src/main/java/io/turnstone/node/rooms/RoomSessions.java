package io.turnstone.node.rooms;

/** The rooms of the cluster, wherever each of them is. The rooms' thread calls it; the node supplies it. */
@FunctionalInterface
public interface RoomSessions {
    /**
     * Tells a room something, at most once and in order. Where the room was, or its node is lost, another one begins.
     *
     * @param room as clients call it
     */
    void tell(String room, RoomCommand command);
}
