package io.turnstone.node.replication;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which records a record was built on: its own version and, for every earlier lineage, the last version that its author
 * had seen. Of two records of which neither covers the other, neither author knew the other's: they are merged.
 * Immutable, any thread.
 *
 * @param version the record's own
 * @param ancestors the newest version of every other lineage it includes, highest first; of more than
 *     {@value #ANCESTORS_MAX} the newest and the very first
 */
public record Lineage(Version version, List<Version> ancestors) {
    public static final int ANCESTORS_MAX = 16;

    public Lineage {
        ancestors = List.copyOf(ancestors);
    }

    /** A record that its owner has just created. */
    public static Lineage first(long owner) {
        return new Lineage(Version.first(owner), List.of());
    }

    /** A record that the node begins since it knows of none, though there may have been one: it never writes this again. */
    public static Lineage begunBy(long owner, long nowMs) {
        return new Lineage(new Version(Math.max(1, nowMs), 0, owner), List.of());
    }

    /** Whether this is the first that anybody wrote. */
    boolean isFirst() {
        return version.equals(Version.first(version.owner()));
    }

    /** The same author's next change. */
    public Lineage next() {
        return new Lineage(version.next(), ancestors);
    }

    /** The first change of an authority that takes the record over. */
    public Lineage takenBy(long owner, long nowMs) {
        return new Lineage(version.takenBy(owner, nowMs), joined(ancestors, List.of(version)));
    }

    /** The node's next change, whoever wrote before. */
    public Lineage writtenBy(long owner, long nowMs) {
        return version.owner() == owner ? next() : takenBy(owner, nowMs);
    }

    /** Whether a record with this lineage includes everything that the author of {@code other} wrote up to it. */
    public boolean covers(Version other) {
        boolean covers = covers(version, other);
        for (Version ancestor : ancestors) {
            covers |= covers(ancestor, other);
        }
        return covers;
    }

    /** The lineage of the two records' merged content: the higher version, built on both. */
    public Lineage merge(Lineage other) {
        if (covers(other.version)) {
            return new Lineage(version, joined(ancestors, other.ancestors).stream().filter(this::isForeign).toList());
        }
        if (version.compareTo(other.version) < 0) {
            return other.merge(this);
        }
        List<Version> both = new ArrayList<>(other.ancestors);
        both.add(other.version);
        return new Lineage(version, joined(ancestors, both).stream().filter(this::isForeign).toList());
    }

    /** The oldest lineage it goes back to. */
    public Version origin() {
        return ancestors.isEmpty() || version.compareTo(ancestors.getLast()) < 0 ? version : ancestors.getLast();
    }

    private boolean isForeign(Version ancestor) {
        return !ancestor.sameLineage(version);
    }

    private static boolean covers(Version newer, Version older) {
        return newer.sameLineage(older) && newer.version() >= older.version();
    }

    private static List<Version> joined(List<Version> some, List<Version> others) {
        List<Version> newest = new ArrayList<>(some);
        for (Version other : others) {
            if (newest.stream().noneMatch(version -> covers(version, other))) {
                newest.removeIf(version -> covers(other, version));
                newest.add(other);
            }
        }
        newest.sort(Comparator.reverseOrder());
        while (newest.size() > ANCESTORS_MAX) {
            newest.remove(ANCESTORS_MAX - 1);
        }
        return newest;
    }
}
