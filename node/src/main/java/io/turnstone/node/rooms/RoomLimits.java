package io.turnstone.node.rooms;

/**
 * What rooms and their members may take up. Immutable, any thread.
 *
 * @param membersMax of one room
 * @param roomsPerUserMax in which one user may be, by one node
 * @param messageBytesMax of a client's message, in octets
 * @param messagesPerSecond of one client; twice as many may come at once after a pause
 * @param graceMs for how long a member whose connection or node is lost stays in its room
 */
public record RoomLimits(
    int membersMax, int roomsPerUserMax, int messageBytesMax, int messagesPerSecond, long graceMs) {
    RoomCommand.Bounds bounds() {
        return new RoomCommand.Bounds(membersMax, graceMs);
    }
}
