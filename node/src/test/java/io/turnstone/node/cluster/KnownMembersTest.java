package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.rib.NodeDescriptor;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.cluster.UniqueAddress;
import org.junit.jupiter.api.Test;

class KnownMembersTest {
    private final RecordedEvents events = new RecordedEvents();
    private final KnownMembers known = new KnownMembers(events);

    @Test
    void shouldReportAMemberWhenItHasSaidWhatItIs() {
        known.appeared(member("a:1", 1));
        assertThat(known.awaited()).containsExactly(member("a:1", 1));

        known.introduced(member("a:1", 1), node("a:1", 11));
        known.appeared(member("a:1", 1));
        known.introduced(member("a:1", 1), node("a:1", 11));

        assertThat(known.awaited()).isEmpty();
        assertThat(events.lines).containsExactly("joined 11");
    }

    @Test
    void shouldNotReportAMemberThatNeverSaidWhatItIs() {
        known.appeared(member("a:1", 1));
        known.removed(member("a:1", 1));
        known.introduced(member("a:1", 1), node("a:1", 11));

        assertThat(events.lines).isEmpty();
    }

    @Test
    void shouldTellOfOneThatIsNoMemberUnlessItIs() {
        join(member("a:1", 1), node("a:1", 11));
        known.met(node("a:1", 11));
        known.met(node("b:1", 21));

        assertThat(events.lines).containsExactly("joined 11", "met 21");
    }

    @Test
    void shouldKnowThatAFormerMemberHasEndedWhenItMeetsItsSuccessor() {
        join(member("a:1", 1), node("a:1", 11));
        known.removed(member("a:1", 1));
        assertThat(known.wasMember("a:1")).isTrue();

        known.met(node("a:1", 12));

        assertThat(events.lines).containsExactly("joined 11", "left 11", "ended 11", "met 12");
        assertThat(known.wasMember("a:1")).isFalse();
    }

    @Test
    void shouldRememberThatItWasTogetherWithOthersUntilAllHaveLeft() {
        assertThat(known.others()).isEmpty();
        join(member("a:1", 1), node("a:1", 11));
        known.startOver();
        assertThat(known.others()).containsExactly("a:1");

        known.forgetTheMissing();
        assertThat(known.others()).isEmpty();
    }

    @Test
    void shouldReplaceAProcessByAnotherAtTheSameAddress() {
        join(member("a:1", 1), node("a:1", 11));
        join(member("a:1", 2), node("a:1", 12));
        known.removed(member("a:1", 1));

        assertThat(events.lines).containsExactly("joined 11", "left 11", "ended 11", "joined 12");
    }

    @Test
    void shouldTellThatAFormerMemberHasEndedWhenAnotherProcessHasItsAddress() {
        join(member("a:1", 1), node("a:1", 11));
        known.removed(member("a:1", 1));
        join(member("b:1", 1), node("b:1", 12));
        join(member("a:1", 2), node("a:1", 11));
        known.removed(member("a:1", 2));
        assertThat(events.lines).doesNotContain("ended 11");

        join(member("a:1", 3), node("a:1", 13));

        assertThat(events.lines).endsWith("ended 11", "joined 13");
    }

    @Test
    void shouldKeepAProcessThatIsAMemberAgainAlready() {
        join(member("a:1", 1), node("a:1", 11));
        join(member("a:1", 2), node("a:1", 11));
        known.removed(member("a:1", 1));
        assertThat(events.lines).containsExactly("joined 11", "joined 11");

        known.removed(member("a:1", 2));

        assertThat(events.lines).endsWith("left 11");
    }

    @Test
    void shouldForgetOnlyThoseThatAreMissingAfterStartingOver() {
        join(member("a:1", 1), node("a:1", 11));
        join(member("b:1", 1), node("b:1", 12));
        known.startOver();
        assertThat(events.lines).containsExactly("joined 11", "joined 12");

        join(member("b:1", 1), node("b:1", 12));
        known.forgetTheMissing();

        assertThat(events.lines).containsExactly("joined 11", "joined 12", "joined 12", "left 11");
    }

    private void join(UniqueAddress member, NodeDescriptor node) {
        known.appeared(member);
        known.introduced(member, node);
    }

    private static UniqueAddress member(String hostPort, long uid) {
        return new UniqueAddress(AddressFromURIString.parse("pekko://turnstone@" + hostPort), uid);
    }

    private static NodeDescriptor node(String name, long incarnation) {
        return TestMember.descriptor(incarnation, name, WireVersion.CURRENT);
    }
}
