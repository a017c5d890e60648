package io.turnstone.node.replication;

/**
 * The place of a record in its history, ordered the same way on every node. Immutable, any thread.
 *
 * <p>One author writes one lineage: all versions with the same {@code (term, owner)} were written one after the other.
 *
 * @param term when an authority took the record over, in epoch milliseconds, and more than the highest seen then: an
 *     authority whose copy had expired, and with it what it had once written, never writes the same lineage again
 * @param version one more per change within the lineage
 * @param owner the incarnation of the node whose authority wrote it
 */
public record Version(long term, long version, long owner) implements Comparable<Version> {
    /** The version of a record that its owner has just created. */
    public static Version first(long owner) {
        return new Version(1, 1, owner);
    }

    /** The same author's next change. */
    public Version next() {
        return new Version(term, version + 1, owner);
    }

    /** The first change of an authority that takes the record over. */
    public Version takenBy(long newOwner, long nowMs) {
        return new Version(Math.max(term + 1, nowMs), 1, newOwner);
    }

    public boolean sameLineage(Version other) {
        return term == other.term && owner == other.owner;
    }

    @Override
    public int compareTo(Version other) {
        int byTerm = Long.compare(term, other.term);
        int byVersion = byTerm != 0 ? byTerm : Long.compare(version, other.version);
        return byVersion != 0 ? byVersion : Long.compareUnsigned(owner, other.owner);
    }

    @Override
    public String toString() {
        return term + "." + version + "@" + Long.toHexString(owner);
    }
}
