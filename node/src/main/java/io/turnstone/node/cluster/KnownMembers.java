package io.turnstone.node.cluster;

import io.turnstone.node.rib.NodeDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.cluster.UniqueAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who the other members are, as one process has been told: a pure machine that the {@link MembershipActor} of the
 * current ActorSystem drives. It outlives that ActorSystem, so that a node which had to join again first learns who is
 * still there before it reports anyone as gone.
 *
 * <pre>
 * (unknown)   appeared   -> awaited     asked again and again what it is
 * awaited     introduced -> introduced  nodeJoined
 * introduced  removed    -> (unknown)   nodeLeft, unless the same process is a member again already
 * </pre>
 *
 * Driven by one actor at a time; {@link #others()} may be asked by any thread.
 */
final class KnownMembers {
    private static final Logger LOG = LoggerFactory.getLogger(KnownMembers.class);

    private final ClusterEvents events;
    private final Set<UniqueAddress> awaited = new LinkedHashSet<>();
    private final Map<UniqueAddress, NodeDescriptor> introduced = new HashMap<>();
    private final Map<Long, NodeDescriptor> reported = new HashMap<>();
    private final Map<Long, String> former = new HashMap<>();
    private volatile List<String> others = List.of();

    KnownMembers(ClusterEvents events) {
        this.events = events;
    }

    /** A new ActorSystem has to meet everyone anew; what was reported stays so until {@link #forgetTheMissing()}. */
    void startOver() {
        awaited.clear();
        introduced.clear();
    }

    void appeared(UniqueAddress member) {
        if (!introduced.containsKey(member)) {
            awaited.add(member);
        }
    }

    /** Members that have not yet said what they are. */
    List<UniqueAddress> awaited() {
        return List.copyOf(awaited);
    }

    boolean isAwaited(UniqueAddress member) {
        return awaited.contains(member);
    }

    void introduced(UniqueAddress member, NodeDescriptor node) {
        if (!awaited.remove(member)) {
            return;
        }
        introduced.put(member, node);
        former.remove(node.incarnation());
        for (NodeDescriptor known : new ArrayList<>(reported.values())) {
            if (isReplacedBy(known.name(), known.incarnation(), node)) {
                left(known.incarnation());
            }
        }
        endFormer(node);
        if (reported.put(node.incarnation(), node) == null) {
            LOG.debug("{} is a member", node.name());
        }
        others = names();
        events.nodeJoined(node);
    }

    /** One that is no member of this cluster, but perhaps of another one, has said what it is. */
    void met(NodeDescriptor node) {
        if (!reported.containsKey(node.incarnation())) {
            endFormer(node);
            events.nodeMet(node);
        }
    }

    private void endFormer(NodeDescriptor node) {
        for (Map.Entry<Long, String> known : List.copyOf(former.entrySet())) {
            if (isReplacedBy(known.getValue(), known.getKey(), node)) {
                former.remove(known.getKey());
                events.nodeEnded(known.getKey());
            }
        }
    }

    /** Whether a process of that name was a member and has not been replaced by another since. */
    boolean wasMember(String name) {
        return former.containsValue(name);
    }

    /** The names of those whom this node is in a cluster with, or was when it was removed from it. */
    List<String> others() {
        return others;
    }

    private List<String> names() {
        return reported.values().stream().map(NodeDescriptor::name).toList();
    }

    private static boolean isReplacedBy(String name, long incarnation, NodeDescriptor node) {
        return name.equals(node.name()) && incarnation != node.incarnation();
    }

    void removed(UniqueAddress member) {
        awaited.remove(member);
        NodeDescriptor node = introduced.remove(member);
        if (node != null && !isMember(node.incarnation())) {
            left(node.incarnation());
        }
    }

    Optional<NodeDescriptor> node(UniqueAddress member) {
        return Optional.ofNullable(introduced.get(member));
    }

    /** Reports those as gone that have not come back since {@link #startOver()}. */
    void forgetTheMissing() {
        for (Long incarnation : List.copyOf(reported.keySet())) {
            if (!isMember(incarnation)) {
                left(incarnation);
            }
        }
    }

    private boolean isMember(long incarnation) {
        return introduced.values().stream().anyMatch(node -> node.incarnation() == incarnation);
    }

    private void left(long incarnation) {
        NodeDescriptor node = reported.remove(incarnation);
        if (node != null) {
            LOG.debug("{} is no member any more", node.name());
            former.put(incarnation, node.name());
            others = names();
            events.nodeLeft(incarnation);
        }
    }
}
