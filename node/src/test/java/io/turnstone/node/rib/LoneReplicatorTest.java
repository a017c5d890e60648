package io.turnstone.node.rib;

import static io.turnstone.node.rib.Routes.route;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a replicator does that hears no other. */
class LoneReplicatorTest extends ThreeReplicators {
    @Test
    void shouldAnswerAtOnceWithoutMembers() {
        node(1).removePeer(2, nowMs);
        node(1).removePeer(3, nowMs);
        node(1).onLive(Set.of(1L), nowMs);
        announce(1, route(7, 1, 1_000, 50_000, 600_000));
        assertThat(outcomes).containsExactly("replicated 1.1@1");
    }

    @Test
    void shouldWaitForAMemberWhenItHearsNone() {
        full.addAll(ALL);
        node(1).onLive(Set.of(1L), nowMs);
        announce(1, route(7, 1, 1_000, 50_000, 600_000));
        pass(990);
        assertThat(outcomes).isEmpty();
        pass(20);
        assertThat(outcomes).containsExactly("replicated 1.1@1");
    }

    @Test
    void shouldHaveAKeyJudgedOnceAMemberIsHeardAgain() {
        announce(2, route(8, 2, 1_000, 50_002, 600_000));
        wire.clear();
        node(1).onLive(Set.of(1L), nowMs);
        announce(1, route(7, 1, 1_000, 50_000, 600_000));
        assertThat(outcomes).isEmpty();
        live(ALL);
        pass(6_000);
        assertThat(outcomes).hasSize(2).containsAnyOf("conflict 7", "conflict 8");
        assertThat(List.of(node(1).find(7).isPresent(), node(1).find(8).isPresent())).containsOnlyOnce(true);
    }
}
