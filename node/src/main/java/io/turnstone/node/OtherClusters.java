package io.turnstone.node;

import io.turnstone.node.cluster.ClusterMerge;
import io.turnstone.node.fabric.ClusterSide;
import io.turnstone.node.fabric.FabricControl;
import io.turnstone.node.rib.NodeDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * Tells every peer in heartbeats what cluster this node is in, and gives that up for a better one that is heard. Control
 * thread.
 */
final class OtherClusters {
    private static final long LOOK_MS = 100;

    private final NodeDescriptor self;
    private final ClusterMerge merge = new ClusterMerge();
    private volatile Consumer<List<String>> giveWay = names -> {};
    private long lookMs;

    OtherClusters(NodeDescriptor self) {
        this.self = self;
    }

    /** @param giving is told the names of the members of the cluster that this node joins instead of its own */
    void giveWay(Consumer<List<String>> giving) {
        giveWay = giving;
    }

    /**
     * Looks now and then; to be called as often as convenient.
     *
     * @param nodes all peers, by incarnation
     * @param member which of them are members of this node's cluster
     * @param heard which of them are heard
     * @param up whether this node is a member itself
     */
    void look(FabricControl control, Map<Long, NodeDescriptor> nodes, LongPredicate member, LongPredicate heard,
        boolean up, long nowMs) {
        if (nowMs < lookMs) {
            return;
        }
        lookMs = nowMs + LOOK_MS;
        List<Long> members = new ArrayList<>(List.of(self.incarnation()));
        nodes.keySet().stream().filter(member::test).forEach(members::add);
        long lowest = members.stream().min(Long::compareUnsigned).orElseThrow();
        int size = up ? members.size() : 0;
        Map<Long, ClusterSide> strangers = new HashMap<>();
        for (NodeDescriptor node : nodes.values()) {
            long peer = node.incarnation();
            boolean counted = member.test(peer);
            control.side(peer, speaks(node) ? new ClusterSide(size, lowest, counted) : ClusterSide.NONE);
            if (!counted && heard.test(peer)) {
                strangers.put(peer, control.side(peer));
            }
        }
        Set<Long> winners = speaks(self)
            ? merge.judge(new ClusterSide(size, lowest, false), strangers, nowMs)
            : Set.of();
        if (!winners.isEmpty()) {
            giveWay.accept(nodes.values()
                .stream()
                .filter(node -> winners.contains(node.incarnation()))
                .map(NodeDescriptor::name)
                .toList());
        }
    }

    /** A cluster of mixed versions is told nothing that one of the two would not tell. */
    private boolean speaks(NodeDescriptor node) {
        return self.bothSpeak(ClusterSide.SINCE_VERSION, node);
    }
}
