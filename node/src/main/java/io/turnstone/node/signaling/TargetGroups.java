package io.turnstone.node.signaling;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts targets into groups (RFC 3261 §16.6): each is rung at once, and the next one only if all before it have failed.
 * Any thread.
 *
 * <p>The preference decides. Of the flows of one user agent only the one that was refreshed last is tried, the others when
 * that has failed (RFC 5626 §7). No group is larger than the breadth that the request may have (RFC 5393 §5).
 */
final class TargetGroups {
    private static final Comparator<Binding> BEST_FIRST = Comparator.comparingInt(Binding::quality)
        .thenComparingLong(Binding::registeredMs)
        .reversed();

    private TargetGroups() {}

    /** @param breadth how many targets may be rung at once, at least 1 */
    static Deque<List<Target>> of(List<Binding> bindings, int breadth) {
        Deque<List<Target>> groups = new ArrayDeque<>();
        List<Binding> left = new ArrayList<>(bindings);
        left.sort(BEST_FIRST);
        while (!left.isEmpty()) {
            int quality = left.getFirst().quality();
            Set<String> instances = new HashSet<>();
            List<Target> group = new ArrayList<>();
            for (Binding binding : List.copyOf(left)) {
                boolean alternate = !binding.instance().isEmpty() && instances.contains(binding.instance());
                if (binding.quality() == quality && !alternate && group.size() < breadth) {
                    instances.add(binding.instance());
                    group.add(Target.of(binding));
                    left.remove(binding);
                }
            }
            groups.add(group);
        }
        return groups;
    }
}
