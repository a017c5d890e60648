package io.turnstone.node.rooms;

/**
 * Somebody in a room. Immutable.
 *
 * @param id unique; drawn by the node where it joined
 * @param name as it wants to be called
 * @param user whose credential it came with
 */
public record Member(String id, String name, String user, Place place) {
    Member at(Place other) {
        return new Member(id, name, user, other);
    }
}
