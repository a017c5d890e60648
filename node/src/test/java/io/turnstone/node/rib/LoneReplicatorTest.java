package io.turnstone.node.rib;

import static io.turnstone.node.rib.Routes.route;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a replicator does that hears no other, or too few. */
class LoneReplicatorTest extends ThreeReplicators {
    @Test
    void shouldAnswerAtOnceWithoutMembers() {
        node(1).removePeer(2, nowMs);
        node(1).removePeer(3, nowMs);
        live(1, Set.of(1L));
        announce(1, route(7, 1, 1_000, 50_000, 600_000));
        assertThat(outcomes).containsExactly("replicated 1.1@1");
    }

    @Test
    void shouldWaitForTheOtherOfTwoWhenItHearsNone() {
        node(1).removePeer(3, nowMs);
        live(1, Set.of(1L));
        announce(1, route(7, 1, 1_000, 50_000, 600_000));
        assertOnlyOutcomeAfterASecond("replicated 1.1@1");
    }

    @Test
    void shouldGiveNoKeyAwayWhereFewerThanHalfOfTheMembersAreHeard() {
        live(1, Set.of(1L));
        announce(1, route(7, 1, 1_000, 50_000, 600_000));
        assertOnlyOutcomeAfterASecond("gone");
        assertThat(nodes.values()).noneMatch(node -> node.find(7).isPresent());
    }

    /** The key's referee is one of the two that this one does not hear. */
    @Test
    void shouldNotJudgeByItselfWhatItPutToARefereeItHearsNoMore() {
        announce(1, route(7, 1, 1_000, 50_000, 600_000));
        assertThat(wire).extracting(Message::to).hasSize(1).doesNotContain(1L);
        wire.clear();
        live(1, Set.of(1L));
        cut.add(1L);
        pass(20_000);
        assertThat(outcomes).isEmpty();
        live(ALL);
        cut.clear();
        pass(6_000);
        assertThat(outcomes).containsExactly("replicated 1.1@1");
    }

    @Test
    void shouldGoOnWithWhatItHasWhereFewerThanHalfOfTheMembersAreHeard() {
        Route created = route(7, 1, 1_000, 50_000, 600_000);
        announce(1, created);
        deliver();
        live(1, Set.of(1L));
        announce(1, created.next(nowMs).withExpiry(900_000));
        assertThat(outcomes).containsExactly("replicated 1.1@1", "replicated 1.2@1");
    }

    @Test
    void shouldHaveAKeyJudgedOnceAMemberIsHeardAgain() {
        announce(2, route(8, 2, 1_000, 50_002, 600_000));
        wire.clear();
        live(1, Set.of(1L));
        announce(1, route(7, 1, 1_000, 50_000, 600_000));
        assertThat(outcomes).isEmpty();
        live(ALL);
        pass(6_000);
        assertThat(outcomes).hasSize(2).filteredOn(outcome -> outcome.startsWith("replicated")).hasSize(1);
        assertThat(List.of(node(1).find(7).isPresent(), node(1).find(8).isPresent())).containsOnlyOnce(true);
    }

    private void assertOnlyOutcomeAfterASecond(String outcome) {
        pass(990);
        assertThat(outcomes).isEmpty();
        pass(20);
        assertThat(outcomes).containsExactly(outcome);
    }
}
