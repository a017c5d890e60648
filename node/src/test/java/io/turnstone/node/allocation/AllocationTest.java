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
import io.turnstone.node.allocation.AllocationCommand.Transaction;
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
import io.turnstone.node.allocation.AllocationReply.Missing;
import io.turnstone.node.allocation.AllocationReply.Refreshed;
import io.turnstone.node.allocation.AllocationReply.Refused;
import io.turnstone.node.replication.Version;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.node.rib.Permission;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.IpPrefix;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.TransactionId;
import io.turnstone.protocol.turn.EvenPort;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The dialogue between an allocation and the world around it, which these tests play. */
class AllocationTest {
    private static final long ID = 17;
    private static final long NODE = 0xA;
    private static final long NOW_MS = 1_000_000;
    private static final TransportAddress RELAYED = TransportAddress.parse("198.18.0.1:50000");
    private static final TransportAddress RELAYED_V6 = TransportAddress.parse("[2606:4700::1]:50000");
    private static final TransportAddress PEER = TransportAddress.parse("8.8.8.8:4000");
    private static final TransportAddress OTHER_PEER = TransportAddress.parse("8.8.4.4:4000");
    private static final FiveTuple FIVE_TUPLE = new FiveTuple(
        TransportAddress.parse("1.2.3.4:1000"), TransportAddress.parse("5.6.7.8:3478"), TransportProtocol.UDP);

    private final AllocationLimits limits = new AllocationLimits(600, 3600, 3, 2, 0x7FFF);
    private final Allocation allocation = new Allocation(
        ID, NODE, limits, new PeerPolicy(List.of(), List.of(IpPrefix.parse("9.0.0.0/8")), _ -> false));
    private long nowMs = NOW_MS;
    private long number;

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
            List.of());
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
        Allocate other = allocate(new TransactionId(8, 8), OptionalInt.empty());
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
            .containsExactly(new Respond(new Refreshed(refresh.requestId(), 3600)));
        nowMs += 600_000;
        assertThat(tell(new Wake())).containsExactly(new WakeAt(refreshed.expiryMs()));
    }

    @Test
    void shouldEndByRefreshWithLifetimeZeroAndAnswerOnceWithdrawn() {
        Route route = allocated();
        Refresh delete = new Refresh(requestId(), "alice", OptionalInt.of(0), OptionalInt.empty());
        assertThat(tell(delete)).containsExactly(new Withdraw(route.version()));
        assertThat(tell(new Withdrawn()))
            .containsExactly(new Respond(new Refreshed(delete.requestId(), 0)), new Stop());
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
    void shouldDeleteOneOfTwoFamiliesWithItsPermissionsAndChannels() {
        allocated(RELAYED, RELAYED_V6);
        IpAddress peerV6 = IpAddress.parse("2606:4700::9");
        serve(new CreatePermission(requestId(), "alice", List.of(PEER.ip(), peerV6)));
        serve(new ChannelBind(requestId(), "alice", 0x4000, TransportAddress.of(peerV6, 9)));
        Refresh delete = new Refresh(requestId(), "alice", OptionalInt.of(0), OptionalInt.of(2));
        List<AllocationEffect> effects = tell(delete);
        Route route = announced(effects);
        assertThat(effects).contains(new ReleaseRelay(List.of(RELAYED_V6)));
        assertThat(route.relayedAddresses()).containsExactly(RELAYED);
        assertThat(route.permissions()).extracting(it -> it.peer()).containsExactly(PEER.ip());
        assertThat(route.channels()).isEmpty();
        assertThat(tell(new Replicated(route.version())))
            .containsExactly(new Respond(new Refreshed(delete.requestId(), 0)));
    }

    @Test
    void shouldPermitPeersForFiveMinutes() {
        allocated();
        CreatePermission create = new CreatePermission(requestId(), "alice", List.of(PEER.ip(), OTHER_PEER.ip()));
        Route route = announced(tell(create));
        assertThat(route.permissions()).hasSize(2).allMatch(it -> it.expiryMs() == nowMs + 300_000);
        assertThat(tell(new Replicated(route.version()))).containsExactly(new Respond(new Bound(create.requestId())));
    }

    @Test
    void shouldPermitAllPeersOrNone() {
        allocated();
        CreatePermission create = new CreatePermission(requestId(), "alice",
            List.of(PEER.ip(), IpAddress.parse("9.9.9.9")));
        assertThat(tell(create)).containsExactly(refused(create, StunError.FORBIDDEN));
    }

    @Test
    void shouldAnswer403ForOnePermissionTooMany() {
        allocated();
        serve(new CreatePermission(requestId(), "alice", ips("8.0.0.1", "8.0.0.2", "8.0.0.3")));
        CreatePermission again = new CreatePermission(requestId(), "alice", ips("8.0.0.1"));
        announced(tell(again));
        CreatePermission more = new CreatePermission(requestId(), "alice", ips("8.0.0.4"));
        assertThat(tell(more)).containsExactly(refused(more, StunError.FORBIDDEN));
        nowMs += 300_000;
        announced(tell(new CreatePermission(requestId(), "alice", ips("8.0.0.4"))));
    }

    @Test
    void shouldBindAChannelForTenMinutesWithAPermissionForFive() {
        allocated();
        ChannelBind bind = new ChannelBind(requestId(), "alice", 0x4000, PEER);
        Route route = announced(tell(bind));
        assertThat(route.channel(0x4000).orElseThrow().expiryMs()).isEqualTo(nowMs + 600_000);
        assertThat(route.permission(PEER.ip()).orElseThrow().expiryMs()).isEqualTo(nowMs + 300_000);
        assertThat(tell(new Replicated(route.version()))).containsExactly(new Respond(new Bound(bind.requestId())));
    }

    @Test
    void shouldAnswer400WhenChannelOrPeerIsBoundOtherwise() {
        allocated();
        serve(new ChannelBind(requestId(), "alice", 0x4000, PEER));
        ChannelBind otherPeer = new ChannelBind(requestId(), "alice", 0x4000, OTHER_PEER);
        assertThat(tell(otherPeer)).containsExactly(refused(otherPeer, StunError.BAD_REQUEST));
        ChannelBind otherPort = new ChannelBind(requestId(), "alice", 0x4000, PEER.withPort(4001));
        assertThat(tell(otherPort)).containsExactly(refused(otherPort, StunError.BAD_REQUEST));
        ChannelBind otherNumber = new ChannelBind(requestId(), "alice", 0x4001, PEER);
        assertThat(tell(otherNumber)).containsExactly(refused(otherNumber, StunError.BAD_REQUEST));
    }

    @Test
    void shouldHoldAChannelNumberBackForFiveMinutesAfterItExpired() {
        allocated();
        serve(new Refresh(requestId(), "alice", OptionalInt.of(3600), OptionalInt.empty()));
        serve(new ChannelBind(requestId(), "alice", 0x4000, PEER));
        nowMs += 600_000 + 299_999;
        ChannelBind other = new ChannelBind(requestId(), "alice", 0x4000, OTHER_PEER);
        assertThat(tell(other)).containsExactly(refused(other, StunError.BAD_REQUEST));
        announced(tell(new ChannelBind(requestId(), "alice", 0x4001, PEER)));
        nowMs += 1;
        announced(tell(other));
    }

    @Test
    void shouldAnswer443ToChannelBindBut403ToCreatePermissionWhenTheFamilyIsMissing() {
        allocated();
        TransportAddress peerV6 = TransportAddress.parse("[2606:4700::9]:9");
        ChannelBind bind = new ChannelBind(requestId(), "alice", 0x4000, peerV6);
        assertThat(tell(bind)).containsExactly(refused(bind, StunError.PEER_ADDRESS_FAMILY_MISMATCH));
        CreatePermission create = new CreatePermission(requestId(), "alice", List.of(peerV6.ip()));
        assertThat(tell(create)).containsExactly(refused(create, StunError.FORBIDDEN));
    }

    @Test
    void shouldAnswer403ForADeniedPeerOrOneChannelTooMany() {
        allocated();
        ChannelBind denied = new ChannelBind(requestId(), "alice", 0x4000, TransportAddress.parse("9.9.9.9:9"));
        assertThat(tell(denied)).containsExactly(refused(denied, StunError.FORBIDDEN));
        serve(new ChannelBind(requestId(), "alice", 0x4000, PEER));
        serve(new ChannelBind(requestId(), "alice", 0x4001, OTHER_PEER));
        ChannelBind third = new ChannelBind(requestId(), "alice", 0x4002, PEER.withPort(1));
        assertThat(tell(third)).containsExactly(refused(third, StunError.FORBIDDEN));
        announced(tell(new ChannelBind(requestId(), "alice", 0x4001, OTHER_PEER)));
    }

    @Test
    void shouldAnswer400OutsideTheStrictChannelRange() {
        AllocationLimits strict = new AllocationLimits(600, 3600, 3, 2, 0x4FFF);
        Route route = allocated();
        AllocationRules rules = new AllocationRules(strict, new PeerPolicy(List.of(), List.of(), _ -> false));
        assertThat(rules.rule(route, new ChannelBind(requestId(), "alice", 0x5000, PEER), nowMs))
            .isEqualTo(new AllocationRules.Refusal(StunError.BAD_REQUEST));
        assertThat(rules.rule(route, new ChannelBind(requestId(), "alice", 0x4FFF, PEER), nowMs))
            .isInstanceOf(AllocationRules.Change.class);
    }

    @Test
    void shouldAnswerSeveralChangesWhenALaterVersionIsReplicated() {
        allocated();
        CreatePermission first = new CreatePermission(requestId(), "alice", ips("8.0.0.1"));
        CreatePermission second = new CreatePermission(requestId(), "alice", ips("8.0.0.2"));
        tell(first);
        Route route = announced(tell(second));
        assertThat(route.permissions()).hasSize(2);
        assertThat(tell(new Replicated(route.version()))).containsExactly(
            new Respond(new Bound(first.requestId())),
            new Respond(new Bound(second.requestId())));
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
    void shouldStepBackWhenAnotherAllocationHoldsTheFiveTuple() {
        Route route = allocated();
        CreatePermission create = new CreatePermission(requestId(), "alice", ips("8.0.0.1"));
        Route changed = announced(tell(create));
        assertThat(tell(new Conflict(route))).containsExactly(missing(create), new Withdraw(changed.version()));
        assertThat(tell(new Withdrawn())).containsExactly(new Stop());
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

    private Route allocated(TransportAddress... relayed) {
        tell(new Recovered(Optional.empty()));
        tell(allocate());
        Route route = announced(tell(opened(relayed.length == 0 ? new TransportAddress[]{RELAYED} : relayed)));
        tell(new Replicated(route.version()));
        return route;
    }

    private void serve(AllocationCommand.Request request) {
        Route route = announced(tell(request));
        assertThat(tell(new Replicated(route.version()))).hasSize(1);
    }

    private List<AllocationEffect> tell(AllocationCommand command) {
        return allocation.handle(command, nowMs);
    }

    private Allocate allocate() {
        return allocate(new TransactionId(1, 2), OptionalInt.empty());
    }

    private Allocate allocate(TransactionId id, OptionalInt lifetimeSeconds) {
        return new Allocate(
            requestId(),
            "alice",
            FIVE_TUPLE,
            new Transaction(id, Integrity.SHA1),
            lifetimeSeconds,
            new RelayRequest(AddressFamily.IPV4, false, EvenPort.ANY, OptionalLong.empty()));
    }

    private RequestId requestId() {
        return new RequestId(NODE, number++);
    }

    private static RelayAnswered opened(TransportAddress... relayed) {
        return new RelayAnswered(new RelayPorts.Opened(Arrays.asList(relayed), OptionalLong.empty(), Optional.empty()));
    }

    private static Route announced(List<AllocationEffect> effects) {
        return effects.stream()
            .filter(Announce.class::isInstance)
            .map(it -> ((Announce) it).route())
            .reduce((_, last) -> last)
            .orElseThrow(() -> new AssertionError("nothing announced: " + effects));
    }

    private static Respond refused(AllocationCommand.Request request, StunError error) {
        return new Respond(new Refused(request.requestId(), error));
    }

    private static Respond missing(AllocationCommand.Request request) {
        return new Respond(new Missing(request.requestId()));
    }

    private static List<IpAddress> ips(String... literals) {
        return Arrays.stream(literals).map(IpAddress::parse).toList();
    }
}
