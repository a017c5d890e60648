package io.turnstone.node.rooms;

/** What is to be done for a {@link Room}. Immutable. */
public sealed interface RoomEffect {
    /** @param node incarnation */
    record Tell(long node, RoomNews news) implements RoomEffect {}

    /** {@link RoomCommand.Wake} is due then, and not at the time named before. */
    record WakeAt(long deadlineMs) implements RoomEffect {}

    /** Nobody is in the room any more: another one begins when somebody comes. The last effect. */
    record Stop() implements RoomEffect {}
}
