package io.turnstone.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.allocation.AllocationCommand.ChannelBind;
import io.turnstone.node.allocation.AllocationCommand.Conflict;
import io.turnstone.node.allocation.AllocationCommand.Move;
import io.turnstone.node.allocation.AllocationCommand.MoveData;
import io.turnstone.node.allocation.AllocationCommand.Recovered;
import io.turnstone.node.allocation.AllocationCommand.Refresh;
import io.turnstone.node.allocation.AllocationCommand.Replicated;
import io.turnstone.node.allocation.AllocationCommand.RouteMerged;
import io.turnstone.node.allocation.AllocationCommand.Withdrawn;
import io.turnstone.node.allocation.AllocationEffect.Recover;
import io.turnstone.node.allocation.AllocationEffect.Respond;
import io.turnstone.node.allocation.AllocationEffect.Stop;
import io.turnstone.node.allocation.AllocationEffect.Withdraw;
import io.turnstone.node.allocation.AllocationReply.Bound;
import io.turnstone.node.allocation.AllocationReply.Refreshed;
import io.turnstone.node.rib.Mobility;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.TransactionId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** How an allocation follows its client (RFC 8016). */
class AllocationMobilityTest extends AllocationDialogue {
    private static final FiveTuple ELSEWHERE = new FiveTuple(
        TransportAddress.parse("[2001:db8::4]:1001"), TransportAddress.parse("[2001:db8::5]:3478"),
        TransportProtocol.UDP);
    private static final FiveTuple FARTHER = new FiveTuple(
        TransportAddress.parse("1.2.3.5:1002"), FIVE_TUPLE.server(), TransportProtocol.UDP);

    private Route mobile() {
        return allocated(allocate(new TransactionId(1, 2), true));
    }

    private Move move(FiveTuple to, int ticket) {
        return move(to, ticket, "alice", OptionalInt.empty());
    }

    private Move move(FiveTuple to, int ticket, String account, OptionalInt lifetimeSeconds) {
        return new Move(new Refresh(requestId(), account, lifetimeSeconds, OptionalInt.empty()), to, ticket);
    }

    @Test
    void shouldHaveATicketOnlyIfTheClientAskedForOne() {
        assertThat(mobile().mobility()).isEqualTo(Mobility.NEW);
    }

    @Test
    void shouldAnswer405ToATicketWhenItHasNone() {
        allocated();
        Move move = move(ELSEWHERE, 1);
        assertThat(tell(move)).containsExactly(refused(move, StunError.MOBILITY_FORBIDDEN));
    }

    @Test
    void shouldMoveWithAllItHasAndGiveTheNextTicket() {
        mobile();
        Route before = serve(new ChannelBind(requestId(), "alice", 0x4000, PEER));
        Move move = move(ELSEWHERE, 1, "alice", OptionalInt.of(1200));
        Route moved = announced(tell(move));
        assertThat(moved.fiveTuple()).isEqualTo(ELSEWHERE);
        assertThat(moved.dataFiveTuple()).as("until data come from there").isEqualTo(FIVE_TUPLE);
        assertThat(moved.expiryMs()).isEqualTo(nowMs + 1_200_000);
        assertThat(moved.permissions()).isEqualTo(before.permissions());
        assertThat(moved.channels()).isEqualTo(before.channels());
        assertThat(tell(new Replicated(moved.version())))
            .containsExactly(new Respond(new Refreshed(move.requestId(), 1200, 2)), new Recover());
    }

    @Test
    void shouldLeaveItsOld5TupleWithTheFirstDataFromTheNew() {
        mobile();
        serve(move(ELSEWHERE, 1));
        Route arrived = serve(new MoveData(requestId(), "alice", ELSEWHERE));
        assertThat(arrived.dataFiveTuple()).isEqualTo(ELSEWHERE);
        assertThat(arrived.fiveTuples()).containsExactly(ELSEWHERE);
        MoveData again = new MoveData(requestId(), "alice", ELSEWHERE);
        assertThat(tell(again)).containsExactly(refused(again, StunError.BAD_REQUEST));
    }

    @Test
    void shouldNotLeaveForDataFromAnywhereElse() {
        mobile();
        serve(move(ELSEWHERE, 1));
        MoveData old = new MoveData(requestId(), "alice", FIVE_TUPLE);
        assertThat(tell(old)).containsExactly(refused(old, StunError.BAD_REQUEST));
    }

    @Test
    void shouldGiveTheSameAnswerToTheSpentTicketForFortySecondsWhereTheClientIsNow() {
        mobile();
        serve(move(ELSEWHERE, 1, "alice", OptionalInt.of(1200)));
        serve(new MoveData(requestId(), "alice", ELSEWHERE));
        nowMs += 39_999;
        Move again = move(ELSEWHERE, 1);
        Route same = announced(tell(again));
        assertThat(tell(new Replicated(same.version())))
            .containsExactly(new Respond(new Refreshed(again.requestId(), 1200, 2)));
        nowMs += 1;
        Move late = move(ELSEWHERE, 1);
        assertThat(tell(late)).containsExactly(refused(late, StunError.BAD_REQUEST));
    }

    @Test
    void shouldAnswer400ToASpentTicketFromAnywhereElse() {
        mobile();
        serve(move(ELSEWHERE, 1));
        Move farther = move(FARTHER, 1);
        assertThat(tell(farther)).containsExactly(refused(farther, StunError.BAD_REQUEST));
        Move back = move(FIVE_TUPLE, 1);
        assertThat(tell(back)).containsExactly(refused(back, StunError.BAD_REQUEST));
    }

    @Test
    void shouldAnswer400ToATicketFromThe5TupleItIsAt() {
        mobile();
        Move move = move(FIVE_TUPLE, 1);
        assertThat(tell(move)).containsExactly(refused(move, StunError.BAD_REQUEST));
    }

    @Test
    void shouldMoveOnAndBackWithEachNewTicket() {
        mobile();
        serve(move(ELSEWHERE, 1));
        assertThat(serve(move(FARTHER, 2)).fiveTuples()).containsExactly(FARTHER, ELSEWHERE);
        assertThat(serve(move(FIVE_TUPLE, 3)).fiveTuples()).containsExactly(FIVE_TUPLE, FARTHER);
        Move old = move(ELSEWHERE, 2);
        assertThat(tell(old)).containsExactly(refused(old, StunError.BAD_REQUEST));
    }

    @Test
    void shouldAnswer441ToAnotherUsersTicket() {
        mobile();
        Move move = move(ELSEWHERE, 1, "mallory", OptionalInt.empty());
        assertThat(tell(move)).containsExactly(refused(move, StunError.WRONG_CREDENTIALS));
        serve(move(ELSEWHERE, 1));
        Move again = move(ELSEWHERE, 1, "mallory", OptionalInt.empty());
        assertThat(tell(again)).containsExactly(refused(again, StunError.WRONG_CREDENTIALS));
    }

    @Test
    void shouldEndByATicketWithLifetimeZero() {
        Route route = mobile();
        Move delete = move(ELSEWHERE, 1, "alice", OptionalInt.of(0));
        assertThat(tell(delete)).containsExactly(new Withdraw(route.version(), delete.requestId().incarnation()));
        assertThat(tell(new Withdrawn()))
            .containsExactly(new Respond(new Refreshed(delete.requestId(), 0, 0)), new Stop());
    }

    @Test
    void shouldStayAndAnswer437WhenTheNew5TupleHasAnAllocation() {
        Route route = mobile();
        Move move = move(ELSEWHERE, 1);
        tell(move);
        List<AllocationEffect> effects = tell(new Conflict(route));
        Route stayed = announced(effects);
        assertThat(effects).contains(refused(move, StunError.ALLOCATION_MISMATCH));
        assertThat(stayed.fiveTuples()).containsExactly(FIVE_TUPLE);
        assertThat(stayed.mobility()).as("the ticket is still good").isEqualTo(Mobility.NEW);
    }

    /** Found by the simulation (seed 1155): it carried the move along, was refused too, and ended the allocation. */
    @Test
    void shouldLetARequestWaitUntilAMoveIsRefused() {
        Route route = mobile();
        tell(move(ELSEWHERE, 1));
        ChannelBind bind = new ChannelBind(requestId(), "alice", 0x4000, PEER);
        assertThat(tell(bind)).isEmpty();
        Route bound = announced(tell(new Conflict(route)));
        assertThat(bound.fiveTuples()).containsExactly(FIVE_TUPLE);
        assertThat(bound.channels()).hasSize(1);
        assertThat(tell(new Replicated(bound.version()))).containsExactly(new Respond(new Bound(bind.requestId())));
    }

    @Test
    void shouldLetARequestWaitUntilAMoveIsMade() {
        mobile();
        Route moved = announced(tell(move(ELSEWHERE, 1)));
        ChannelBind bind = new ChannelBind(requestId(), "alice", 0x4000, PEER);
        assertThat(tell(bind)).isEmpty();
        Route bound = announced(tell(new Replicated(moved.version())));
        assertThat(bound.fiveTuples()).containsExactly(ELSEWHERE, FIVE_TUPLE);
        assertThat(bound.channels()).hasSize(1);
    }

    @Test
    void shouldReadAgainWhatWasMergedWhileItMoved() {
        mobile();
        Route moved = announced(tell(move(ELSEWHERE, 1)));
        assertThat(tell(new RouteMerged())).isEmpty();
        assertThat(tell(new Replicated(moved.version()))).contains(new Recover());
    }

    @Test
    void shouldBeWhereItsClientWasToldToBeWhenAPartitionHeals() {
        Route base = mobile();
        Allocation otherSide = new Allocation(ID, 0xB, limits, new PeerPolicy(List.of(), List.of(), _ -> false));
        Route theirs = announced(otherSide.handle(new Recovered(Optional.of(base)), nowMs));
        Route ours = serve(move(ELSEWHERE, 1));
        assertThat(theirs.version()).isGreaterThan(ours.version());
        Route healed = announced(tell(new Recovered(Optional.of(theirs.merge(ours)))));
        assertThat(healed.fiveTuples()).containsExactly(ELSEWHERE, FIVE_TUPLE);
    }
}
