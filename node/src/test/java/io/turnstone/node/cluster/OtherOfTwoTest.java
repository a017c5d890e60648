package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.cluster.ClusterEvent.MemberJoined;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.ReachableMember;
import org.apache.pekko.cluster.ClusterEvent.UnreachableMember;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.util.Version;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.Set;

class OtherOfTwoTest {
    private final Member self = member(1);
    private final Member other = member(2);
    private final OtherOfTwo otherOfTwo = new OtherOfTwo(self.uniqueAddress());

    @BeforeEach
    void bothJoin() {
        otherOfTwo.on(new MemberJoined(self));
        otherOfTwo.on(new MemberJoined(other));
    }

    @Test
    void shouldBeLostWhileItCannotBeReached() {
        assertThat(otherOfTwo.lost()).isEmpty();

        otherOfTwo.on(new UnreachableMember(other));
        assertThat(otherOfTwo.lost()).contains(other.uniqueAddress());

        otherOfTwo.on(new ReachableMember(other));
        assertThat(otherOfTwo.lost()).isEmpty();
    }

    @Test
    void shouldBeNobodyOfThree() {
        otherOfTwo.on(new MemberJoined(member(3)));
        otherOfTwo.on(new UnreachableMember(other));

        assertThat(otherOfTwo.lost()).isEmpty();
    }

    @Test
    void shouldBeTheSecondOneWhenTheThirdIsRemoved() {
        otherOfTwo.on(new MemberJoined(member(3)));
        otherOfTwo.on(new UnreachableMember(other));
        otherOfTwo.on(removed(member(3)));

        assertThat(otherOfTwo.lost()).contains(other.uniqueAddress());
    }

    @Test
    void shouldBeForgottenWhenItIsRemoved() {
        otherOfTwo.on(new UnreachableMember(other));
        otherOfTwo.on(removed(other));
        otherOfTwo.on(new MemberJoined(other));

        assertThat(otherOfTwo.lost()).isEmpty();
    }

    private static MemberRemoved removed(Member member) {
        return new MemberRemoved(
            member.copy(MemberStatus.up()).copy(MemberStatus.down()).copy(MemberStatus.removed()), MemberStatus.down());
    }

    private static Member member(int port) {
        UniqueAddress address = new UniqueAddress(AddressFromURIString.parse("pekko://turnstone@a:" + port),
            (long) port);
        return new Member(address, port, MemberStatus.joining(), new Set.Set1<>("dc-default"), Version.Zero());
    }
}
