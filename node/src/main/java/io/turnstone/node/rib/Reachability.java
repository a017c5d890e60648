package io.turnstone.node.rib;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which nodes are live and heard, and how the forwarding tables name them. Control thread. */
final class Reachability {
    /** A node that the fabric does not reach: packets for it end as a counted drop there. */
    static final int UNREACHABLE = 0xFF_FFFF;

    private final NodeNumbers numbers;
    private Set<Long> live = Set.of();
    private Set<Long> heard = Set.of();
    private Map<Long, Integer> numberByNode = Map.of();

    Reachability(NodeNumbers numbers) {
        this.numbers = numbers;
    }

    Set<Long> live() {
        return live;
    }

    Set<Long> heard() {
        return heard;
    }

    /** By which the forwarding tables name the node. */
    int number(long incarnation) {
        int number = numbers.numberOf(incarnation);
        return number == NodeNumbers.UNKNOWN ? UNREACHABLE : number;
    }

    /** @return the nodes that have become or ceased to be live or heard, or are named by another number now */
    Set<Long> change(Set<Long> liveNodes, Set<Long> heardNodes) {
        Map<Long, Integer> named = new HashMap<>();
        liveNodes.forEach(node -> named.put(node, numbers.numberOf(node)));
        heardNodes.forEach(node -> named.put(node, numbers.numberOf(node)));
        Set<Long> changed = new HashSet<>(named.keySet());
        changed.addAll(numberByNode.keySet());
        changed.removeIf(node -> live.contains(node) == liveNodes.contains(node)
            && heard.contains(node) == heardNodes.contains(node)
            && named.getOrDefault(node, NodeNumbers.UNKNOWN)
                .equals(numberByNode.getOrDefault(node, NodeNumbers.UNKNOWN)));
        live = Set.copyOf(liveNodes);
        heard = Set.copyOf(heardNodes);
        numberByNode = named;
        return changed;
    }
}
