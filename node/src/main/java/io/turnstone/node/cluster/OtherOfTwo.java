package io.turnstone.node.cluster;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.cluster.ClusterEvent.ClusterDomainEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.ReachableMember;
import org.apache.pekko.cluster.ClusterEvent.UnreachableMember;
import org.apache.pekko.cluster.UniqueAddress;

/**
 * Whether this node is one of two and has lost the other. Told by events alone: the state that Pekko shows of the same
 * cluster may be older than the event that was received last. One thread.
 */
final class OtherOfTwo {
    private final UniqueAddress self;
    private final Set<UniqueAddress> others = new HashSet<>();
    private final Set<UniqueAddress> unreachable = new HashSet<>();

    OtherOfTwo(UniqueAddress self) {
        this.self = self;
    }

    void on(ClusterDomainEvent event) {
        switch (event) {
            case MemberRemoved removed -> {
                others.remove(removed.member().uniqueAddress());
                unreachable.remove(removed.member().uniqueAddress());
            }
            case MemberEvent change when !change.member().uniqueAddress().equals(self) -> others
                .add(change.member().uniqueAddress());
            case UnreachableMember lost -> unreachable.add(lost.member().uniqueAddress());
            case ReachableMember found -> unreachable.remove(found.member().uniqueAddress());
            default -> {
            }
        }
    }

    /** The other one of two, while it cannot be reached. */
    Optional<UniqueAddress> lost() {
        return others.size() == 1 ? others.stream().filter(unreachable::contains).findAny() : Optional.empty();
    }
}
