package io.turnstone.node.rooms;

import java.util.List;

/** What a {@link Room} tells a node. Immutable. */
public sealed interface RoomNews {
    /**
     * Who is in the room. The highest (epoch, version) is right.
     *
     * @param departed who has left lately, and why
     */
    record Roster(long epoch, long version, List<Member> members, List<Departure> departed) implements RoomNews {
        public Roster {
            members = List.copyOf(members);
            departed = List.copyOf(departed);
        }

        boolean isNewerThan(long otherEpoch, long otherVersion) {
            return epoch != otherEpoch ? epoch > otherEpoch : version > otherVersion;
        }
    }

    /** A member that wanted to be in the room may not. */
    record Refused(String member, long claim, RoomError error) implements RoomNews {}

    /** For a member of the node. */
    record Deliver(Letter letter) implements RoomNews {}

    /** What a member of the node said has been received. */
    record Acknowledged(Receipt receipt) implements RoomNews {}

    /** Whom a member of the node spoke to is not in the room. */
    record Undeliverable(Receipt receipt) implements RoomNews {}

    /** A member of the node has come back elsewhere. */
    record Replaced(String member, long claim) implements RoomNews {}

    /** The room does not know whom the node speaks for. */
    record AnnounceWanted() implements RoomNews {}
}
