package io.turnstone.node.session;

import io.turnstone.node.rooms.RoomCommand;

/**
 * What nodes tell a room. Immutable, any thread.
 *
 * @param command none that only the room's own node can know
 */
public record RoomTelling(RoomCommand command) implements SessionCommand.Telling {}
