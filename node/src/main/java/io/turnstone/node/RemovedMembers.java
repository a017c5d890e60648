package io.turnstone.node;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Members that the cluster has removed. They may still forward, and may only be cut off: so they stay peers of the fabric,
 * and as soon as one is heard it takes part again in everything that needs no membership. Pure; control thread.
 *
 * <pre>
 * (none)   removed                      -> HEARD      all goes on
 * HEARD    silent                       -> PARTED     nothing is replicated to it
 * PARTED   heard                        -> HEARD      routes and digests are exchanged
 *          was draining, or for an hour -> (none)     forgotten
 * any      a member again, or has ended -> (none)
 * </pre>
 */
final class RemovedMembers {
    private static final long FORGET_MS = 3_600_000;

    private final Map<Long, Long> removedMs = new HashMap<>();
    private final Set<Long> parted = new HashSet<>();

    /** What is to be done with such a node. */
    enum Step {
        NONE,
        /** It is heard again. */
        MEET,
        /** It has fallen silent. */
        PART,
        /** It will not come back. */
        FORGET
    }

    void add(long node, long nowMs) {
        removedMs.putIfAbsent(node, nowMs);
    }

    /** @return whether the node has to be met again */
    boolean remove(long node) {
        removedMs.remove(node);
        return parted.remove(node);
    }

    boolean contains(long node) {
        return removedMs.containsKey(node);
    }

    int size() {
        return removedMs.size();
    }

    List<Long> all() {
        return List.copyOf(removedMs.keySet());
    }

    /** Something has come from this node. True if it has to be met again. */
    boolean heard(long node) {
        return parted.remove(node);
    }

    /** @param draining whether it said last that it was about to end */
    Step judge(long node, boolean silent, boolean draining, long nowMs) {
        Long sinceMs = removedMs.get(node);
        if (sinceMs == null) {
            return Step.NONE;
        }
        if (!silent) {
            return heard(node) ? Step.MEET : Step.NONE;
        }
        if (draining || nowMs - sinceMs >= FORGET_MS) {
            remove(node);
            return Step.FORGET;
        }
        return parted.add(node) ? Step.PART : Step.NONE;
    }
}
