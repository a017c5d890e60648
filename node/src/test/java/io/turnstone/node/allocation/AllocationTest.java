package io.turnstone.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.allocation.AllocationCommand.Allocate;
import io.turnstone.node.allocation.AllocationCommand.ChannelBind;
import io.turnstone.node.allocation.AllocationCommand.Conflict;
import io.turnstone.node.allocation.AllocationCommand.CreatePermission;
import io.turnstone.node.allocation.AllocationCommand.Gone;
import io.turnstone.node.allocation.AllocationCommand.Recovered;
import io.turnstone.node.allocation.AllocationCommand.Refresh;
import io.turnstone.node.allocation.AllocationCommand.RelayAnswered;
import io.turnstone.node.allocation.AllocationCommand.Replicated;
import io.turnstone.node.allocation.AllocationCommand.RouteMerged;
import io.turnstone.node.allocation.AllocationCommand.Wake;
import io.turnstone.node.allocation.AllocationCommand.Withdrawn;
import io.turnstone.node.allocation.AllocationEffect.Announce;
import io.turnstone.node.allocation.AllocationEffect.OpenRelay;
import io.turnstone.node.allocation.AllocationEffect.Recover;
import io.turnstone.node.allocation.AllocationEffect.ReleaseRelay;
import io.turnstone.node.allocation.AllocationEffect.Respond;
import io.turnstone.node.allocation.AllocationEffect.Stop;
import io.turnstone.node.allocation.AllocationEffect.WakeAt;
import io.turnstone.node.allocation.AllocationEffect.Withdraw;
import io.turnstone.node.allocation.AllocationReply.Allocated;
import io.turnstone.node.allocation.AllocationReply.Bound;
import io.turnstone.node.allocation.AllocationReply.Conflicted;
import io.turnstone.node.allocation.AllocationReply.Refreshed;
import io.turnstone.node.replication.Version;
import io.turnstone.node.rib.Mobility;
import io.turnstone.node.rib.Permission;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.TransactionId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** How an allocation comes, stays and goes. */
class AllocationTest extends AllocationDialogue {
    @Test
    void shouldAskForItsRouteFirstAndServeWhatWaitedMeanwhile() {
        assertThat(allocation.start(nowMs)).containsExactly(new Recover(), new WakeAt(nowMs + Allocation.PATIENCE_MS));
        Allocate allocate = allocate();
        assertThat(tell(allocate)).isEmpty();
        assertThat(tell(new Recovered(Optional.empty()))).contains(new OpenRelay(allocate.relay()));
    }

    @Test
    void shouldAnswerAllocateOnlyWhenTheRouteIsReplicated() {
        Allocate allocate = allocate();
        tell(new Recovered(Optional.empty()));
        assertThat(tell(allocate)).containsExactly(
            new OpenRelay(allocate.relay()),
            new WakeAt(nowMs + Allocation.PATIENCE_MS));
        Route route = announced(tell(opened(RELAYED)));
        assertThat(route.version()).isEqualTo(new Version(1, 1, NODE));
        assertThat(route.relayedAddresses()).containsExactly(RELAYED);
        assertThat(route.expiryMs()).isEqualTo(nowMs + 600_000);
        assertThat(route.answer().repeatUntilMs()).isEqualTo(nowMs + 40_000);
        assertThat(tell(new Replicated(route.version())))
            .containsExactly(new Respond(new Allocated(allocate.requestId(), route)));
    }

    @Test
    void shouldAnswer508AndEndWhenNoPortIsLeft() {
        tell(new Recovered(Optional.empty()));
        Allocate allocate = allocate();
        tell(allocate);
        assertThat(tell(new RelayAnswered(new RelayPorts.Refused(StunError.INSUFFICIENT_CAPACITY))))
            .containsExactly(refused(allocate, StunError.INSUFFICIENT_CAPACITY), new Stop());
    }

    @Test
    void shouldAnswerWithTheExistingRouteAndReleaseThePortWhenTheRefereeKnowsAnother() {
        tell(new Recovered(Optional.empty()));
        Allocate allocate = allocate();
        tell(allocate);
        Route mine = announced(tell(opened(RELAYED)));
        Route existing = new Route(
            99,
            mine.lineage(),
            mine.fiveTuple(),
            List.of(RELAYED.withPort(50002)),
            mine.username(),
            mine.createdMs(),
            mine.expiryMs(),
            mine.answer(),
            List.of(),
            List.of(),
            Mobility.NONE);
        assertThat(tell(new Conflict(existing))).containsExactly(
            new ReleaseRelay(List.of(RELAYED)),
            new Respond(new Conflicted(allocate.requestId(), existing)),
            new Stop());
    }

    @Test
    void shouldReleaseAPortThatWasOpenedTooLate() {
        tell(new Recovered(Optional.empty()));
        Allocate allocate = allocate();
        tell(allocate);
        nowMs += Allocation.PATIENCE_MS;
        assertThat(tell(new Wake())).containsExactly(missing(allocate), new Stop());
        assertThat(tell(opened(RELAYED))).containsExactly(new ReleaseRelay(List.of(RELAYED)));
    }

    @Test
    void shouldDropADuplicateAllocateInFlight() {
        tell(new Recovered(Optional.empty()));
        Allocate allocate = allocate();
        tell(allocate);
        assertThat(tell(allocate)).isEmpty();
        tell(opened(RELAYED));
        assertThat(tell(allocate)).isEmpty();
    }

    @Test
    void shouldRepeatTheAnswerToTheSameTransactionAndAnswer437ToAnother() {
        Route route = allocated();
        Allocate same = allocate();
        assertThat(tell(same)).containsExactly(new Respond(new Allocated(same.requestId(), route)));
        Allocate other = allocate(new TransactionId(8, 8), false);
        assertThat(tell(other)).containsExactly(refused(other, StunError.ALLOCATION_MISMATCH));
        nowMs += 40_000;
        Allocate late = allocate();
        assertThat(tell(late)).containsExactly(refused(late, StunError.ALLOCATION_MISMATCH));
    }

    @Test
    void shouldGrantLifetimesBetweenTheDefaultAndTheMaximum() {
        assertThat(limits.grantSeconds(OptionalInt.empty())).isEqualTo(600);
        assertThat(limits.grantSeconds(OptionalInt.of(0))).isEqualTo(600);
        assertThat(limits.grantSeconds(OptionalInt.of(10))).isEqualTo(600);
        assertThat(limits.grantSeconds(OptionalInt.of(1234))).isEqualTo(1234);
        assertThat(limits.grantSeconds(OptionalInt.of(Integer.MAX_VALUE))).isEqualTo(3600);
    }

    @Test
    void shouldExtendItsLifetimeByRefresh() {
        allocated();
        nowMs += 500_000;
        Refresh refresh = new Refresh(requestId(), "alice", OptionalInt.of(3600), OptionalInt.empty());
        Route refreshed = announced(tell(refresh));
        assertThat(refreshed.expiryMs()).isEqualTo(nowMs + 3_600_000);
        assertThat(tell(new Replicated(refreshed.version())))
            .containsExactly(new Respond(new Refreshed(refresh.requestId(), 3600, 0)));
        nowMs += 600_000;
        assertThat(tell(new Wake())).containsExactly(new WakeAt(refreshed.expiryMs()));
    }

    /** The client may use what it was granted at once, where it asked. */
    @Test
    void shouldAnswerThroughAnotherNodeOnceThatHoldsTheRoute() {
        Route route = allocated();
        RequestId elsewhere = new RequestId(0xB, 1);
        assertThat(tell(new ChannelBind(elsewhere, "alice", 0x4000, PEER)))
            .filteredOn(Announce.class::isInstance)
            .extracting(announce -> ((Announce) announce).asker())
            .containsExactly(0xBL);
        assertThat(tell(new Refresh(elsewhere, "alice", OptionalInt.of(0), OptionalInt.empty())))
            .containsExactly(new Withdraw(route.next(nowMs).version(), 0xB));
    }

    @Test
    void shouldEndByRefreshWithLifetimeZeroAndAnswerOnceWithdrawn() {
        Route route = allocated();
        Refresh delete = new Refresh(requestId(), "alice", OptionalInt.of(0), OptionalInt.empty());
        assertThat(tell(delete)).containsExactly(new Withdraw(route.version(), delete.requestId().incarnation()));
        assertThat(tell(new Withdrawn()))
            .containsExactly(new Respond(new Refreshed(delete.requestId(), 0, 0)), new Stop());
    }

    @Test
    void shouldNotSayDeletedWhenAnotherAuthorityHasGoneOn() {
        allocated();
        Refresh delete = new Refresh(requestId(), "alice", OptionalInt.of(0), OptionalInt.empty());
        tell(delete);
        assertThat(tell(new Gone())).containsExactly(missing(delete), new Stop());
    }

    @Test
    void shouldExpireWhenNobodyRefreshesAndNeverComeBack() {
        Route route = allocated();
        nowMs = route.expiryMs();
        assertThat(tell(new Wake())).containsExactly(new Stop());
        Refresh late = new Refresh(requestId(), "alice", OptionalInt.empty(), OptionalInt.empty());
        assertThat(tell(late)).containsExactly(missing(late));
        assertThat(tell(new Replicated(route.version()))).isEmpty();
        assertThat(tell(new Recovered(Optional.of(route)))).isEmpty();
    }

    @Test
    void shouldBeExpiredForARequestThatOvertakesTheWakeUp() {
        Route route = allocated();
        nowMs = route.expiryMs();
        Refresh late = new Refresh(requestId(), "alice", OptionalInt.empty(), OptionalInt.empty());
        assertThat(tell(late)).containsExactly(missing(late), new Stop());
    }

    @Test
    void shouldAnswer441ToAnotherUser() {
        allocated();
        Refresh refresh = new Refresh(requestId(), "mallory", OptionalInt.of(0), OptionalInt.empty());
        assertThat(tell(refresh)).containsExactly(refused(refresh, StunError.WRONG_CREDENTIALS));
        CreatePermission create = new CreatePermission(requestId(), "mallory", List.of(PEER.ip()));
        assertThat(tell(create)).containsExactly(refused(create, StunError.WRONG_CREDENTIALS));
        ChannelBind bind = new ChannelBind(requestId(), "mallory", 0x4000, PEER);
        assertThat(tell(bind)).containsExactly(refused(bind, StunError.WRONG_CREDENTIALS));
    }

    @Test
    void shouldAnswer443WhenRefreshNamesAFamilyItHasNot() {
        allocated();
        Refresh refresh = new Refresh(requestId(), "alice", OptionalInt.empty(), OptionalInt.of(2));
        assertThat(tell(refresh)).containsExactly(refused(refresh, StunError.PEER_ADDRESS_FAMILY_MISMATCH));
    }

    @Test
    void shouldTakeAnExistingRouteOverWithTheNextTermAndGoOn() {
        Route route = allocated();
        Allocation successor = new Allocation(ID, 0xB, limits, new PeerPolicy(List.of(), List.of(), _ -> false));
        Route taken = announced(successor.handle(new Recovered(Optional.of(route)), nowMs));
        assertThat(taken.version()).isEqualTo(new Version(nowMs, 1, 0xB));
        CreatePermission create = new CreatePermission(requestId(), "alice", ips("8.0.0.1"));
        assertThat(announced(successor.handle(create, nowMs)).version()).isEqualTo(new Version(nowMs, 2, 0xB));
    }

    @Test
    void shouldNotTakeOverARouteThatHasExpired() {
        Route route = allocated();
        Allocation successor = new Allocation(ID, 0xB, limits, new PeerPolicy(List.of(), List.of(), _ -> false));
        Refresh waiting = new Refresh(requestId(), "alice", OptionalInt.empty(), OptionalInt.empty());
        successor.handle(waiting, nowMs);
        assertThat(successor.handle(new Recovered(Optional.of(route)), route.expiryMs()))
            .containsExactly(missing(waiting), new Stop());
    }

    @Test
    void shouldGoOnFromTheMergedRouteWhenAPartitionHeals() {
        Route base = allocated();
        Allocation otherSide = new Allocation(ID, 0xB, limits, new PeerPolicy(List.of(), List.of(), _ -> false));
        otherSide.handle(new Recovered(Optional.of(base)), nowMs);
        Route theirs = announced(otherSide.handle(new CreatePermission(requestId(), "alice", ips("8.0.0.2")), nowMs));
        CreatePermission mine = new CreatePermission(requestId(), "alice", ips("8.0.0.1"));
        Route ours = announced(tell(mine));
        assertThat(tell(new RouteMerged())).containsExactly(new Recover());
        Route healed = announced(tell(new Recovered(Optional.of(ours.merge(theirs)))));
        assertThat(healed.permissions()).extracting(it -> it.peer())
            .containsExactlyElementsOf(ips("8.0.0.1", "8.0.0.2"));
        assertThat(healed.version()).isEqualTo(new Version(theirs.version().term() + 1, 1, NODE));
        assertThat(tell(new Replicated(healed.version()))).containsExactly(new Respond(new Bound(mine.requestId())));
    }

    @Test
    void shouldGoOnInItsOwnHistoryWhileThatIsTheHighest() {
        Route base = allocated();
        Route taken = announced(tell(new Recovered(Optional.of(base.takenBy(0xB, nowMs)))));
        Route late = base.takenBy(0xC, nowMs);
        assertThat(tell(new Recovered(Optional.of(taken.merge(late))))).as("says nothing new").isEmpty();

        Route later = late.withPermissions(List.of(new Permission(ips("8.0.0.7").getFirst(), nowMs + 1_000)));
        Route healed = announced(tell(new Recovered(Optional.of(taken.merge(later)))));
        assertThat(healed.version()).isEqualTo(taken.version().next());
        assertThat(healed.lineage().covers(later.version())).isTrue();
    }

    @Test
    void shouldGoWhereAnotherAuthorityMovedWhenItsOld5TupleIsGivenAway() {
        Route route = allocated(allocate(new TransactionId(1, 2), true));
        FiveTuple elsewhere = new FiveTuple(PEER, FIVE_TUPLE.server(), TransportProtocol.UDP);
        Route theirs = route.takenBy(0xB, nowMs).movedTo(elsewhere, 600, nowMs).arrived();
        CreatePermission create = new CreatePermission(requestId(), "alice", ips("8.0.0.1"));
        tell(create);
        assertThat(tell(new Conflict(route))).containsExactly(new Recover());
        Route adopted = announced(tell(new Recovered(Optional.of(theirs))));
        assertThat(adopted.fiveTuples()).containsExactly(elsewhere);
        assertThat(adopted.permissions()).hasSize(1);
        assertThat(tell(new Replicated(adopted.version()))).containsExactly(new Respond(new Bound(create.requestId())));
    }

    @Test
    void shouldEndWhenItsRouteIsGone() {
        allocated();
        CreatePermission create = new CreatePermission(requestId(), "alice", ips("8.0.0.1"));
        tell(create);
        assertThat(tell(new Gone())).containsExactly(missing(create), new Stop());
    }

    @Test
    void shouldAnswerMissingToAnyRequestButAllocateWhenThereIsNoRoute() {
        tell(new Recovered(Optional.empty()));
        Refresh refresh = new Refresh(requestId(), "alice", OptionalInt.empty(), OptionalInt.empty());
        assertThat(tell(refresh)).containsExactly(missing(refresh));
        nowMs += Allocation.PATIENCE_MS;
        assertThat(tell(new Wake())).containsExactly(new Stop());
    }
}
