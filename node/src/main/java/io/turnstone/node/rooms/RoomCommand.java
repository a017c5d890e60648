package io.turnstone.node.rooms;

import java.util.List;

/** What a {@link Room} is told. Immutable. */
public sealed interface RoomCommand {
    /**
     * What a room allows.
     *
     * @param membersMax in it
     * @param graceMs for how long a member stays whose node is lost
     */
    record Bounds(int membersMax, long graceMs) {
        /** Before a node has told. */
        static final Bounds UNKNOWN = new Bounds(0, 0);
    }

    /**
     * All that a node knows of the room; repeated every {@link RoomDesk#ANNOUNCE_MS}.
     *
     * @param node incarnation of the sender, which the answer goes to
     * @param bounds as the sender has them
     * @param epoch of the last roster that it has; 0 for none
     * @param here all of its members: whoever is not among them has left
     * @param seen the members of that roster, for a room that has just begun
     * @param departed why some are not here any more
     */
    record Announce(long node, Bounds bounds, long epoch, List<Announced> here, List<Member> seen,
        List<Departure> departed)
        implements
            RoomCommand {
        public Announce {
            here = List.copyOf(here);
            seen = List.copyOf(seen);
            departed = List.copyOf(departed);
        }
    }

    /** A member of the node has something to say. */
    record Say(long node, Letter letter) implements RoomCommand {}

    /** A member has received what another one said. */
    record Received(Receipt receipt) implements RoomCommand {}

    /** A node is not heard any more; it may come back. */
    record NodeLost(long node) implements RoomCommand {}

    /** The time of the last {@link RoomEffect.WakeAt} has come. */
    record Wake() implements RoomCommand {}
}
