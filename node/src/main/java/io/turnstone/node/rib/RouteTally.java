package io.turnstone.node.rib;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.agrona.collections.LongHashSet;

/** How many routes there are of each user and owner, and which a node has opened. Control thread. */
final class RouteTally {
    private final Map<String, Integer> byUsername = new HashMap<>();
    private final Map<Long, Integer> byOwner = new HashMap<>();
    private final Map<Long, LongHashSet> byOpener = new HashMap<>();

    void add(Route route) {
        byUsername.merge(route.username(), 1, Integer::sum);
        byOwner.merge(route.owner(), 1, Integer::sum);
        byOpener.computeIfAbsent(route.opener(), opener -> new LongHashSet()).add(route.allocationId());
    }

    void remove(Route route) {
        byUsername.computeIfPresent(route.username(), (name, count) -> count == 1 ? null : count - 1);
        byOwner.computeIfPresent(route.owner(), (owner, count) -> count == 1 ? null : count - 1);
        LongHashSet opened = byOpener.get(route.opener());
        if (opened != null && opened.remove(route.allocationId()) && opened.isEmpty()) {
            byOpener.remove(route.opener());
        }
    }

    int ofUsername(String username) {
        return byUsername.getOrDefault(username, 0);
    }

    int ofOwner(long incarnation) {
        return byOwner.getOrDefault(incarnation, 0);
    }

    /** @param action gets each node and the ids of the allocations whose relayed addresses it opened */
    void forEachOpener(BiConsumer<Long, LongHashSet> action) {
        byOpener.forEach(action);
    }
}
