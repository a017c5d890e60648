package io.turnstone.node.rib;

import static io.turnstone.node.rib.Routes.PEER;
import static io.turnstone.node.rib.Routes.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.fib.Adjacency;
import io.turnstone.node.fib.DropReason;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.fib.Lookup;
import io.turnstone.node.rib.NodeDescriptor.RelayRange;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.wire.AttachmentMessage;
import io.turnstone.protocol.wire.AttachmentRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RibTest {
    private static final long SELF = 11;
    private static final long OTHER = 12;
    private static final int LISTENER = 4;

    private final Fib fib = new Fib(1, false);
    private final Lookup lookup = fib.newLookup();
    private final List<TransportAddress> named = new ArrayList<>();
    private final List<TransportAddress> unnamed = new ArrayList<>();
    private final Rib rib = new Rib(
        fib,
        new RelayScope(ip -> false),
        node -> node == SELF ? NodeNumbers.SELF : node == OTHER ? 1 : NodeNumbers.UNKNOWN,
        relayed -> 5,
        (service, protocol) -> LISTENER,
        new RouteListener() {
            @Override
            public void onNamed(TransportAddress relayed) {
                named.add(relayed);
            }

            @Override
            public void onUnnamed(TransportAddress relayed) {
                unnamed.add(relayed);
            }

            @Override
            public void onMerged(Route merged) {}
        });

    private int toPeer(Route route, TransportAddress peer) {
        TransportAddress client = route.fiveTuple().client();
        return lookup.fromClient(LISTENER, client.high(), client.low(), client.port())
            .toPeer(peer.high(), peer.low(), peer.port(), 0);
    }

    private static Route permitting(Route route, TransportAddress peer) {
        return route.withPermissions(List.of(new Permission(peer.ip(), 300_000)));
    }

    private static NodeDescriptor member(long incarnation, PortRange relayPorts) {
        TransportAddress control = TransportAddress.parse("192.0.2.200:" + incarnation);
        return new NodeDescriptor(incarnation, control.toString(), control, List.of(), RelayMode.NODE,
            List.of(new RelayRange(IpAddress.parse("203.0.113.1"), relayPorts)), List.of(), List.of(control), 1, false);
    }

    @Test
    void shouldForwardWhereTheRouteSaysAndMoveWithTheLiveNodes() {
        Route own = permitting(route(1, SELF, 1_000, 50_000, 600_000), PEER);
        Route foreign = permitting(route(2, OTHER, 1_001, 50_001, 600_000), PEER);
        rib.onLive(Set.of(SELF, OTHER), Set.of(SELF, OTHER));
        rib.onRecord(own);
        rib.onRecord(foreign);
        assertThat(Adjacency.kind(toPeer(own, PEER))).isEqualTo(Adjacency.PEER);
        assertThat(Adjacency.kind(toPeer(foreign, PEER))).isEqualTo(Adjacency.NODE_TO_PEER);
        rib.onLive(Set.of(SELF), Set.of(SELF));
        assertThat(Adjacency.kind(toPeer(foreign, PEER))).isEqualTo(Adjacency.PEER);
        assertThat(rib.difference()).isEmpty();
    }

    @Test
    void shouldRewriteManyLegsInTurnsThatAreNotLong() {
        int routes = 5_000;
        rib.onLive(Set.of(SELF, OTHER), Set.of(SELF, OTHER));
        for (int i = 0; i < routes; i++) {
            rib.onRecord(route(i + 1, OTHER, 1_000 + i, 50_000 + i, 600_000));
        }
        rib.onLive(Set.of(SELF), Set.of(SELF));
        assertThat(atHome(routes)).isBetween(1L, routes / 2L);
        assertThat(rib.doWork()).isBetween(1, routes / 2);
        while (rib.doWork() > 0) {
            assertThat(atHome(routes)).isPositive();
        }
        assertThat(atHome(routes)).isEqualTo(routes);
        assertThat(rib.difference()).isEmpty();
    }

    private long atHome(int routes) {
        return LongStream.rangeClosed(1, routes)
            .filter(id -> Objects.requireNonNull(fib.byId(id)).home() == Leg.THIS_NODE)
            .count();
    }

    @Test
    void shouldLookAtNoRouteThatNoChangeConcerns() {
        rib.onLive(Set.of(SELF, OTHER), Set.of(SELF, OTHER));
        rib.onRecord(route(1, SELF, 1_000, 50_000, 600_000));
        Leg before = fib.byId(1);
        rib.onLive(Set.of(SELF, OTHER), Set.of(SELF, OTHER));
        rib.onLive(Set.of(SELF), Set.of(SELF));
        assertThat(rib.doWork()).isZero();
        assertThat(fib.byId(1)).isSameAs(before);
    }

    @Test
    void shouldGiveA5TupleToTheHigherVersionInWhateverOrder() {
        Route low = permitting(route(1, SELF, 1_000, 50_000, 600_000), PEER);
        Route high = route(2, OTHER, 1_000, 50_001, 600_000);
        rib.onRecord(high);
        rib.onRecord(low);
        assertThat(rib.byFiveTuple(low.fiveTuple())).contains(high);
        assertThat(fib.byId(1)).isNull();
        rib.onRemoved(high);
        assertThat(rib.byFiveTuple(low.fiveTuple())).contains(low);
        assertThat(fib.byId(1)).isNotNull();
        assertThat(rib.difference()).isEmpty();
    }

    @Test
    void shouldReachRelayedAddressesOfANodeThatIsGoneThroughTheFibOnly() {
        Route orphan = route(1, 99, 1_000, 50_000, 600_000);
        TransportAddress relayed = orphan.relayedAddresses().getFirst();
        Route own = permitting(
            new Route(
                2,
                orphan.lineage(),
                route(2, SELF, 1_001, 1, 0).fiveTuple(),
                List.of(TransportAddress.parse("203.0.113.9:50000")),
                "user",
                0,
                600_000,
                orphan.answer(),
                List.of(),
                List.of(),
                Mobility.NONE),
            relayed);
        rib.onRecord(own);
        rib.onRecord(orphan);
        assertThat(Adjacency.dropReason(toPeer(own, relayed))).isEqualTo(DropReason.TARGET_NO_PERMISSION);
        assertThat(Adjacency.dropReason(toPeer(own, relayed.withPort(7)))).isEqualTo(DropReason.TARGET_UNKNOWN);
    }

    @Test
    void shouldReachRelayedAddressesOfANodeThatIsGoneWhereOthersRelayAtTheSameIp() {
        TransportAddress orphaned = TransportAddress.parse("203.0.113.1:50000");
        Route own = permitting(route(2, SELF, 1_001, 52_000, 600_000), orphaned);
        rib.addNode(member(SELF, new PortRange(52_000, 53_000)));
        rib.addNode(member(OTHER, new PortRange(50_000, 51_000)));
        rib.onRecord(own);
        rib.onRecord(route(1, OTHER, 1_000, 50_000, 600_000));

        rib.removeNode(OTHER);
        assertThat(Adjacency.dropReason(toPeer(own, orphaned))).isEqualTo(DropReason.TARGET_NO_PERMISSION);
        assertThat(Adjacency.dropReason(toPeer(own, orphaned.withPort(49_999)))).isEqualTo(DropReason.PEER_FORBIDDEN);

        rib.onRecord(route(3, 99, 1_002, 49_998, 600_000));
        assertThat(Adjacency.dropReason(toPeer(own, orphaned.withPort(49_998))))
            .isEqualTo(DropReason.TARGET_NO_PERMISSION);
    }

    @Test
    void shouldCallAnIpAddressRelayedAsLongAsAMemberOrARouteNamesIt() {
        Route last = route(1, OTHER, 1_000, 50_000, 600_000);
        IpAddress relay = last.relayedAddresses().getFirst().ip();
        assertThat(rib.isRelayed(relay)).isFalse();
        rib.addNode(member(OTHER, new PortRange(50_000, 51_000)));
        assertThat(rib.isRelayed(relay)).isTrue();
        rib.onRecord(last);
        rib.removeNode(OTHER);
        assertThat(rib.isRelayed(relay)).isTrue();
        rib.onRemoved(last);
        assertThat(rib.isRelayed(relay)).isFalse();
    }

    @Test
    void shouldCountAUsersAllocationsAndTellWhatIsRemoved() {
        Route one = route(1, SELF, 1_000, 50_000, 600_000);
        rib.onRecord(one);
        rib.onRecord(one.next(0));
        rib.onRecord(route(2, SELF, 1_001, 50_001, 600_000));
        assertThat(rib.countByUsername("user")).isEqualTo(2);
        rib.onRemoved(one);
        assertThat(rib.countByUsername("user")).isEqualTo(1);
        assertThat(named).hasSize(2);
        assertThat(unnamed).containsExactlyElementsOf(one.relayedAddresses());
        assertThat(fib.size()).isEqualTo(1);
    }

    @Test
    void shouldKeepTheHomeWithWhoOpenedTheSocketWhileThatIsLive() {
        Route taken = route(1, SELF, 1_000, 50_000, 600_000).takenBy(OTHER, 0);
        assertThat(Homes.home(taken, Set.of(SELF, OTHER, 13L))).isEqualTo(SELF);
        assertThat(Homes.attachment(taken, null, Set.of(SELF, OTHER))).as("where the client allocated").isEqualTo(SELF);
        assertThat(Homes.home(taken, Set.of(OTHER, 13L))).isEqualTo(OTHER);
    }

    @Test
    void shouldSendToAClientWhereItWasHeardLastWhileThatNodeIsHeard() {
        Attachments attachments = new Attachments(SELF, 5_000, (peer, message) -> true, rib, id -> true);
        rib.attachments(attachments);
        Arrivals arrivals = new Arrivals(rib, attachments, true);
        Route foreign = route(1, OTHER, 1_000, 50_000, 600_000);
        rib.onLive(Set.of(SELF, OTHER), Set.of(SELF, OTHER));
        rib.onRecord(foreign);
        assertThat(attachmentOf(foreign)).isEqualTo(1);
        arrivals.arrived(foreign.fiveTuple(), foreign.fiveTuple().client(), 0);
        assertThat(attachmentOf(foreign)).isEqualTo(NodeNumbers.SELF);
        attachments.onMessage(OTHER, new UnsafeBuffer(moved(1, 2, OTHER)), 0, moved(1, 2, OTHER).length, 300);
        assertThat(attachmentOf(foreign)).isEqualTo(1);
        rib.onLive(Set.of(SELF), Set.of(SELF, OTHER));
        assertThat(attachmentOf(foreign)).isEqualTo(1);
        rib.onLive(Set.of(SELF), Set.of(SELF));
        assertThat(attachmentOf(foreign)).as("until it is heard again").isEqualTo(Leg.UNHEARD);
        assertThat(rib.reachesClient(foreign)).isFalse();
        assertThat(rib.difference()).isEmpty();
        arrivals.arrived(foreign.fiveTuple(), foreign.fiveTuple().client(), 301);
        assertThat(attachmentOf(foreign)).isEqualTo(NodeNumbers.SELF);
        assertThat(rib.reachesClient(foreign)).isTrue();
        rib.onRemoved(foreign);
        assertThat(attachments.of(1)).isNull();
    }

    @Test
    void shouldSendToAPeerWhereItWasHeardLastWhileThatNodeIsHeard() {
        Attachments attachments = new Attachments(SELF, 5_000, (peer, message) -> true, rib, id -> true);
        rib.attachments(attachments);
        Arrivals arrivals = new Arrivals(rib, attachments, true);
        TransportAddress peer = TransportAddress.parse("203.0.113.9:7000");
        Route foreign = route(1, OTHER, 1_000, 50_000, 600_000);
        rib.onLive(Set.of(SELF, OTHER), Set.of(SELF, OTHER));
        rib.onRecord(foreign);
        assertThat(exitOf(foreign, peer)).as("the home").isEqualTo(1);
        arrivals.peerArrived(1, peer, 0);
        assertThat(exitOf(foreign, peer)).isEqualTo(NodeNumbers.SELF);
        assertThat(exitOf(foreign, peer.withPort(1))).isEqualTo(1);
        assertThat(attachmentOf(foreign)).as("the client's").isEqualTo(1);
        Route own = route(2, SELF, 1_002, 50_002, 600_000);
        rib.onRecord(own);
        attachments.peerArrived(2, peer, OTHER, false, 0);
        new Arrivals(rib, attachments, false).peerArrived(1, peer.withPort(2), 0);
        assertThat(exitOf(foreign, peer.withPort(2))).as("where any node may answer").isEqualTo(1);
        assertThat(rib.difference()).isEmpty();
    }

    @Test
    void shouldSendToAPeerWhereAStandInHeardItWhenTheHomeMovesOn() {
        Attachments attachments = new Attachments(SELF, 5_000, (peer, message) -> true, rib, id -> true);
        rib.attachments(attachments);
        Arrivals arrivals = new Arrivals(rib, attachments, true);
        TransportAddress peer = TransportAddress.parse("203.0.113.9:7000");
        rib.onLive(Set.of(SELF), Set.of(SELF));
        rib.onRecord(route(2, SELF, 1_002, 50_002, 600_000));
        arrivals.peerArrived(2, peer, 0);
        assertThat(attachments.ofPeers(2)).as("everybody expects it where the address was opened").isEmpty();
        Route orphan = route(1, 13, 1_000, 50_000, 600_000);
        rib.onRecord(orphan);
        arrivals.peerArrived(1, peer, 0);
        rib.onLive(Set.of(SELF, OTHER), Set.of(SELF, OTHER));
        Route taken = orphan.takenBy(OTHER, 0);
        rib.onRecord(taken);
        assertThat(exitOf(taken, peer)).isEqualTo(NodeNumbers.SELF);
        assertThat(exitOf(taken, peer.withPort(1))).as("of one that was not heard").isEqualTo(1);
    }

    private int exitOf(Route route, TransportAddress peer) {
        return Objects.requireNonNull(fib.byId(route.allocationId())).exitTo(peer.high(), peer.low(), peer.port());
    }

    @Test
    void shouldLearnNoAttachmentsWhenAnyNodeAnswers() {
        Attachments attachments = new Attachments(SELF, 5_000, (peer, message) -> true, rib, id -> true);
        rib.attachments(attachments);
        Route foreign = route(1, OTHER, 1_000, 50_000, 600_000);
        rib.onLive(Set.of(SELF, OTHER), Set.of(SELF, OTHER));
        rib.onRecord(foreign);
        new Arrivals(rib, attachments, false).arrived(foreign.fiveTuple(), foreign.fiveTuple().client(), 0);
        assertThat(attachments.of(1)).isNull();
    }

    @Test
    void shouldAttachAClientThatComesThroughAProxyAndSendToTheProxy() {
        Attachments attachments = new Attachments(SELF, 5_000, (peer, message) -> true, rib, id -> true);
        rib.attachments(attachments);
        Arrivals arrivals = new Arrivals(rib, attachments, false);
        Route own = route(1, SELF, 1_000, 50_000, 600_000);
        TransportAddress proxy = TransportAddress.parse("10.0.0.5:40000");
        rib.onLive(Set.of(SELF, OTHER), Set.of(SELF, OTHER));
        rib.onRecord(own);
        arrivals.arrived(own.fiveTuple(), proxy, 0);
        assertThat(attachments.of(1)).isEqualTo(new Attachment(1, 1, SELF, true));
        assertThat(rib.hop(own)).isEqualTo(proxy);
        assertThat(Objects.requireNonNull(fib.byId(1)).isProxied()).isTrue();
        assertThat(Objects.requireNonNull(fib.byId(1)).hopPort()).isEqualTo(40_000);
        arrivals.arrived(own.fiveTuple(), own.fiveTuple().client(), 0);
        assertThat(attachments.of(1)).isEqualTo(new Attachment(1, 2, SELF, false));
        assertThat(Objects.requireNonNull(fib.byId(1)).hopPort()).isEqualTo(1_000);
        assertThat(rib.difference()).isEmpty();
    }

    private int attachmentOf(Route route) {
        return Objects.requireNonNull(fib.byId(route.allocationId())).attachment();
    }

    private static byte[] moved(long allocationId, long sequence, long node) {
        return AttachmentMessage.newBuilder()
            .addAttachments(
                AttachmentRecord.newBuilder().setAllocationId(allocationId).setSequence(sequence).setNode(node))
            .build()
            .toByteArray();
    }

    @Test
    void shouldMoveOnlyTheHomesOfTheNodeThatDied() {
        Set<Long> before = Set.of(13L, 14L, 15L, 16L);
        Set<Long> after = Set.of(13L, 14L, 15L);
        int moved = 0;
        for (long id = 0; id < 1_000; id++) {
            Route route = route(id, 99, 1_000, 50_000, 600_000);
            long home = Homes.home(route, before);
            assertThat(home == 16 || home == Homes.home(route, after)).isTrue();
            moved += home == 16 ? 1 : 0;
        }
        assertThat(moved).isBetween(200, 300);
    }

    @Test
    void shouldNotUnnameAnAddressThatAConflictingRouteNamesToo() {
        Route one = route(1, SELF, 1_000, 50_000, 600_000);
        Route rival = route(2, OTHER, 1_001, 50_000, 600_000);
        rib.onRecord(one);
        rib.onRecord(rival);
        rib.onRemoved(one);
        assertThat(unnamed).isEmpty();
        rib.onRemoved(rival);
        assertThat(unnamed).containsExactlyElementsOf(one.relayedAddresses());
    }

    @Test
    void shouldTakeUplinkFromBoth5TuplesOfAMovingClientAndSendToTheOldOne() {
        Route before = permitting(route(1, SELF, 1_000, 50_000, 600_000), PEER);
        Route moved = before.next(0).movedTo(route(1, SELF, 1_009, 50_000, 0).fiveTuple(), 600, 40_000);
        rib.onRecord(before);
        rib.onRecord(moved);
        assertThat(Adjacency.kind(toPeer(before, PEER))).isEqualTo(Adjacency.PEER);
        assertThat(Adjacency.kind(toPeer(moved, PEER))).isEqualTo(Adjacency.PEER);
        assertThat(rib.byFiveTuple(before.fiveTuple())).contains(moved);
        assertThat(lookup.leg().client()).isEqualTo(before.fiveTuple().client());
        assertThat(rib.difference()).isEmpty();
        Route arrived = moved.next(0).arrived();
        rib.onRecord(arrived);
        assertThat(Adjacency.dropReason(toPeer(before, PEER))).isEqualTo(DropReason.NO_ALLOCATION);
        assertThat(Adjacency.kind(toPeer(arrived, PEER))).isEqualTo(Adjacency.PEER);
        assertThat(lookup.leg().client()).isEqualTo(arrived.fiveTuple().client());
        assertThat(rib.byFiveTuple(before.fiveTuple())).isEmpty();
        rib.onRemoved(arrived);
        assertThat(rib.byFiveTuple(arrived.fiveTuple())).isEmpty();
        assertThat(rib.difference()).isEmpty();
    }

    @Test
    void shouldSendToTheNew5TupleWhenAnotherAllocationHasTheOldOne() {
        Route moved = route(1, SELF, 1_000, 50_000, 600_000).next(0)
            .movedTo(
                route(1, SELF, 1_009, 50_000, 0).fiveTuple(), 600, 40_000);
        Route newcomer = route(2, OTHER, 1_000, 50_001, 600_000);
        rib.onRecord(moved);
        rib.onRecord(newcomer);
        assertThat(rib.byFiveTuple(newcomer.fiveTuple())).contains(newcomer);
        assertThat(fib.byId(1)).isNotNull()
            .satisfies(
                leg -> assertThat(leg.client()).isEqualTo(moved.fiveTuple().client()));
        assertThat(fib.byId(2)).isNotNull();
        assertThat(rib.difference()).isEmpty();
        rib.onRemoved(newcomer);
        assertThat(rib.byFiveTuple(newcomer.fiveTuple())).contains(moved);
        assertThat(rib.difference()).isEmpty();
    }
}
