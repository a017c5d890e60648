package io.turnstone.node.rib;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.agrona.collections.LongHashSet;

/** How many routes there are of each user and owner, and which are of a call or a node has opened. Control thread. */
final class RouteTally {
    private static final char MARK = '#';
    private static final LongHashSet NONE = new LongHashSet();

    private final Map<String, Integer> byUsername = new HashMap<>();
    private final Map<String, LongHashSet> byMark = new HashMap<>();
    private final Map<Long, Integer> byOwner = new HashMap<>();
    private final Map<Long, LongHashSet> byOpener = new HashMap<>();

    void add(Route route) {
        byUsername.merge(route.username(), 1, Integer::sum);
        int mark = route.username().lastIndexOf(MARK);
        if (mark > 0) {
            byMark.computeIfAbsent(route.username().substring(mark), call -> new LongHashSet())
                .add(route.allocationId());
        }
        byOwner.merge(route.owner(), 1, Integer::sum);
        byOpener.computeIfAbsent(route.opener(), opener -> new LongHashSet()).add(route.allocationId());
    }

    void remove(Route route) {
        byUsername.computeIfPresent(route.username(), (name, count) -> count == 1 ? null : count - 1);
        int mark = route.username().lastIndexOf(MARK);
        if (mark > 0) {
            drop(byMark, route.username().substring(mark), route.allocationId());
        }
        byOwner.computeIfPresent(route.owner(), (owner, count) -> count == 1 ? null : count - 1);
        drop(byOpener, route.opener(), route.allocationId());
    }

    private static <K> void drop(Map<K, LongHashSet> ids, K key, long allocationId) {
        LongHashSet of = ids.get(key);
        if (of != null && of.remove(allocationId) && of.isEmpty()) {
            ids.remove(key);
        }
    }

    /** @param mark {@code #CALL}, with which the names of a call's users end */
    LongHashSet ofMark(String mark) {
        return byMark.getOrDefault(mark, NONE);
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
