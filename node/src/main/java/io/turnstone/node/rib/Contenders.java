package io.turnstone.node.rib;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Routes by a key that only one of them should have. Two sides of a partition may each have given it away; then the
 * highest version has it, on every node. Control thread.
 */
final class Contenders<K> {
    private static final Comparator<Route> HIGHEST_FIRST = Comparator.comparing(Route::version)
        .reversed()
        .thenComparing(Route::allocationId, Comparator.reverseOrder());

    private final Map<K, List<Route>> byKey = new HashMap<>();

    void put(K key, Route route) {
        List<Route> others = without(key, route.allocationId());
        if (others.isEmpty()) {
            byKey.put(key, List.of(route));
            return;
        }
        others.add(route);
        others.sort(HIGHEST_FIRST);
        byKey.put(key, List.copyOf(others));
    }

    void remove(K key, long allocationId) {
        List<Route> others = without(key, allocationId);
        if (others.isEmpty()) {
            byKey.remove(key);
        } else {
            byKey.put(key, List.copyOf(others));
        }
    }

    private List<Route> without(K key, long allocationId) {
        List<Route> others = new ArrayList<>(0);
        for (Route other : all(key)) {
            if (other.allocationId() != allocationId) {
                others.add(other);
            }
        }
        return others;
    }

    Optional<Route> winner(K key) {
        return all(key).stream().findFirst();
    }

    boolean isWonBy(K key, Route route) {
        List<Route> all = all(key);
        return !all.isEmpty() && all.getFirst().allocationId() == route.allocationId();
    }

    List<Route> all(K key) {
        return byKey.getOrDefault(key, List.of());
    }
}
