package io.turnstone.node.rib;

import java.util.HashSet;
import java.util.Set;

/**
 * Whose majority may take slices of ports: the members that were last together while a majority of those before them was.
 * So no two sides of a partition take slices at the same time, whoever joins or founds a cluster meanwhile; but of two
 * members that lose each other both go on, see {@link #left}. Control thread.
 */
final class SliceVoters {
    private final long self;
    private final Set<Long> members = new HashSet<>();
    private Set<Long> voters;
    private boolean up;

    /** @param self this node's incarnation */
    SliceVoters(long self) {
        this.self = self;
        this.voters = Set.of(self);
        members.add(self);
    }

    void up() {
        up = true;
        count();
    }

    /** This node was removed: the others may go on without it, and it has to meet them again. */
    void down() {
        up = false;
        members.clear();
        members.add(self);
    }

    void joined(long incarnation) {
        members.add(incarnation);
        count();
    }

    /**
     * A member was removed.
     *
     * @return whether it was the only other one, so that each of the two may take this for the other's death and go on
     */
    boolean left(long incarnation) {
        boolean together = members.remove(incarnation);
        if (up && together && voters.equals(Set.of(self, incarnation))) {
            voters = Set.of(self);
            return true;
        }
        count();
        return false;
    }

    /** That process is dead for certain, so it votes no more. */
    void ended(long incarnation) {
        if (!members.contains(incarnation) && voters.contains(incarnation)) {
            Set<Long> others = new HashSet<>(voters);
            others.remove(incarnation);
            voters = Set.copyOf(others);
            count();
        }
    }

    boolean isMember(long incarnation) {
        return members.contains(incarnation);
    }

    /** Whether this node may claim now. */
    boolean mayClaim() {
        return up && members.stream().filter(voters::contains).count() >= votes();
    }

    /** How many members make a majority. */
    int votes() {
        return voters.size() / 2 + 1;
    }

    private void count() {
        if (mayClaim()) {
            voters = Set.copyOf(members);
        }
    }
}
