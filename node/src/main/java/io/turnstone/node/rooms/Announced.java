package io.turnstone.node.rooms;

/** A member as its own node announces it. Immutable. */
public record Announced(Member member, Stage stage) {
    /** What the member's node knows of its being in the room. */
    public enum Stage {
        /** It wants to be in it. */
        JOINING,
        /** It was in it by another node, and has proven who it is. */
        RESUMING,
        /** The room has said that it is in it. */
        PRESENT
    }
}
