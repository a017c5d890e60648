package io.turnstone.node.cluster;

import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;

/** Pekko's view of who is in the cluster, as a stream. Any thread. */
final class MemberList {
    private MemberList() {}

    /** This node and all others, whatever their status. */
    static Stream<Member> of(Cluster cluster) {
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false);
    }
}
