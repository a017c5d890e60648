package io.turnstone.node.cluster;

import io.turnstone.node.fabric.ClusterSide;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes one cluster of two that were founded apart, or whose members have removed each other, and that hear each other now:
 * the one with fewer members gives way, of two equal ones that which has not the lowest incarnation. Every node judges for
 * itself, and the order is total, so never do both give way. Pure; control thread.
 */
public final class ClusterMerge {
    /** Longer than the members of one cluster take to learn who has come or gone. */
    private static final long STABLE_MS = 1_000;

    private record Rivals(ClusterSide own, ClusterSide other) {}

    private @Nullable Rivals seen;
    private long sinceMs;

    /**
     * @param own what this node is a member of
     * @param strangers what the others say that are heard and no members of it, by incarnation
     * @return those to join instead; empty while this node's cluster is the one to stay
     */
    public Set<Long> judge(ClusterSide own, Map<Long, ClusterSide> strangers, long nowMs) {
        Rivals rivals = strangers.values()
            .stream()
            .filter(other -> isApart(own, other) && isBefore(other, own))
            .reduce((one, two) -> isBefore(one, two) ? one : two)
            .map(winner -> new Rivals(own, winner))
            .orElse(null);
        if (rivals == null || !rivals.equals(seen)) {
            seen = rivals;
            sinceMs = nowMs;
        }
        if (rivals == null || nowMs - sinceMs < STABLE_MS) {
            return Set.of();
        }
        return strangers.entrySet()
            .stream()
            .filter(stranger -> stranger.getValue().equals(rivals.other()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet());
    }

    /** One who still counts this node in will have to learn first that it is alone. */
    private static boolean isApart(ClusterSide own, ClusterSide other) {
        return own.members() > 0 && other.members() > 0 && !other.countsReceiver()
            && own.lowestIncarnation() != other.lowestIncarnation();
    }

    private static boolean isBefore(ClusterSide one, ClusterSide two) {
        return one.members() == two.members()
            ? Long.compareUnsigned(one.lowestIncarnation(), two.lowestIncarnation()) < 0
            : one.members() > two.members();
    }
}
