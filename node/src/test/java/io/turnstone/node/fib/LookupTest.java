package io.turnstone.node.fib;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LookupTest {
    private static final long NOW_MS = 1_000_000;
    private static final long LATER_MS = NOW_MS + 60_000;
    private static final int LISTENER = 2;
    private static final int SOCKET = 77;
    private static final int CHANNEL = 0x4001;
    private static final int OTHER_NODE = 3;
    private static final long ALICE_ID = 11;
    private static final long BOB_ID = 12;
    private static final TransportAddress ALICE = TransportAddress.parse("198.51.100.1:40000");
    private static final TransportAddress BOB = TransportAddress.parse("198.51.100.2:50000");
    private static final TransportAddress PEER = TransportAddress.parse("203.0.113.9:7000");
    private static final TransportAddress ALICE_RELAYED = TransportAddress.parse("192.0.2.1:49160");
    private static final TransportAddress BOB_RELAYED = TransportAddress.parse("192.0.2.1:49162");
    private static final TransportAddress CONTROL = TransportAddress.parse("192.0.2.1:7355");

    private final Fib fib = new Fib(1, false);
    private final Lookup lookup = fib.newLookup();

    LookupTest() {
        fib.scope(scope(false));
    }

    private static ClusterScope scope(boolean covered) {
        return new ClusterScope(
            Map.of(ALICE_RELAYED.ip(), List.of(new PortRange(49152, 65535))),
            List.of(CONTROL),
            ip -> covered);
    }

    private LegBuilder alice() {
        return Leg.builder(ALICE_ID, ALICE, fib.counters(ALICE_ID))
            .attachedTo(Leg.THIS_NODE, LISTENER)
            .expiryMs(LATER_MS)
            .relay(ALICE_RELAYED, SOCKET);
    }

    private LegBuilder bob() {
        return Leg.builder(BOB_ID, BOB, fib.counters(BOB_ID))
            .attachedTo(Leg.THIS_NODE, LISTENER)
            .expiryMs(LATER_MS)
            .relay(BOB_RELAYED, SOCKET + 1);
    }

    private int aliceTo(TransportAddress peer) {
        return lookup.fromClient(LISTENER, ALICE.high(), ALICE.low(), ALICE.port())
            .toPeer(peer.high(), peer.low(), peer.port(), NOW_MS);
    }

    private int aliceChannel(int number) {
        return lookup.fromClientChannel(LISTENER, ALICE.high(), ALICE.low(), ALICE.port(), number, NOW_MS);
    }

    private int peerToAlice(TransportAddress peer) {
        return lookup.atRelay(ALICE_RELAYED).fromPeer(peer.high(), peer.low(), peer.port(), NOW_MS);
    }

    private static void assertDrop(int adjacency, DropReason reason) {
        assertThat(Adjacency.kind(adjacency)).isEqualTo(Adjacency.DROP);
        assertThat(Adjacency.dropReason(adjacency)).isEqualTo(reason);
    }

    private void assertSeenPeer(TransportAddress peer) {
        assertThat(new TransportAddress(lookup.peerHigh(), lookup.peerLow(), lookup.peerPort())).isEqualTo(peer);
    }

    @ParameterizedTest
    @EnumSource(DropReason.class)
    void shouldCarryEveryReasonThroughTheInt(DropReason reason) {
        assertDrop(Adjacency.drop(reason), reason);
    }

    @Test
    void shouldSendToAPermittedPeerFromTheRelaySocket() {
        fib.put(alice().permission(PEER.ip(), LATER_MS).build());
        assertThat(Adjacency.kind(aliceTo(PEER))).isEqualTo(Adjacency.PEER);
        assertThat(lookup.relaySocket()).isEqualTo(SOCKET);
        assertSeenPeer(PEER);
    }

    @Test
    void shouldDropForAPlainPeerWhatHasAVirtualRelayOnly() {
        fib.put(alice().relay(ALICE_RELAYED, Leg.VIRTUAL).permission(PEER.ip(), LATER_MS).build());
        assertDrop(aliceTo(PEER), DropReason.VIRTUAL_RELAY);
        assertDrop(lookup.fromFabricToPeer(ALICE_ID, PEER.high(), PEER.low(), PEER.port(), NOW_MS),
            DropReason.VIRTUAL_RELAY);
    }

    @Test
    void shouldReachARelayedPeerFromAVirtualRelay() {
        fib.put(alice().relay(ALICE_RELAYED, Leg.VIRTUAL).permission(BOB_RELAYED.ip(), LATER_MS).build());
        fib.put(bob().relay(BOB_RELAYED, Leg.VIRTUAL).permission(ALICE_RELAYED.ip(), LATER_MS).build());
        assertThat(Adjacency.kind(aliceTo(BOB_RELAYED))).isEqualTo(Adjacency.RELAY);
        assertDrop(aliceTo(BOB_RELAYED.withPort(60_000)), DropReason.TARGET_UNKNOWN);
    }

    @Test
    void shouldSendToAPlainPeerItselfWhereASocketIsAndAnyNodeMayAnswer() {
        Fib direct = new Fib(1, true);
        direct.scope(scope(false));
        direct.put(alice().home(OTHER_NODE).permission(PEER.ip(), LATER_MS).build());
        assertThat(Adjacency.kind(direct.newLookup()
            .fromClient(LISTENER, ALICE.high(), ALICE.low(), ALICE.port())
            .toPeer(PEER.high(), PEER.low(), PEER.port(), NOW_MS))).isEqualTo(Adjacency.PEER);
        fib.put(alice().home(OTHER_NODE).permission(PEER.ip(), LATER_MS).build());
        assertThat(Adjacency.kind(aliceTo(PEER))).as("return-path = attachment").isEqualTo(Adjacency.NODE_TO_PEER);
    }

    @Test
    void shouldSendToAPlainPeerByTheNodeWhereItsPacketsArrive() {
        fib.put(alice().permission(PEER.ip(), LATER_MS).exit(PEER, OTHER_NODE).build());
        assertThat(Adjacency.kind(aliceTo(PEER))).isEqualTo(Adjacency.NODE_TO_PEER);
        assertThat(Adjacency.node(aliceTo(PEER))).isEqualTo(OTHER_NODE);
        assertThat(Adjacency.kind(aliceTo(PEER.withPort(1)))).as("another port, at home").isEqualTo(Adjacency.PEER);
        fib.put(alice().permission(PEER.ip(), LATER_MS).home(OTHER_NODE).exit(PEER, Leg.THIS_NODE).build());
        assertThat(Adjacency.kind(aliceTo(PEER))).isEqualTo(Adjacency.PEER);
        assertThat(Adjacency.kind(lookup.fromFabricToPeer(ALICE_ID, PEER.high(), PEER.low(), PEER.port(), NOW_MS)))
            .isEqualTo(Adjacency.PEER);
    }

    @Test
    void shouldSendToNoClientThatNoLivingNodeHasHeard() {
        fib.put(alice().attachedTo(Leg.UNHEARD, LISTENER).permission(PEER.ip(), LATER_MS).build());
        assertDrop(peerToAlice(PEER), DropReason.CLIENT_UNHEARD);
        assertDrop(lookup.orHere(lookup.fromFabricToClient(ALICE_ID, PEER.high(), PEER.low(), PEER.port(), NOW_MS)),
            DropReason.CLIENT_UNHEARD);
        assertThat(Adjacency.kind(aliceTo(PEER))).as("its own packets go on").isEqualTo(Adjacency.PEER);
    }

    @Test
    void shouldDropWhatNobodyAllocated() {
        assertDrop(aliceTo(PEER), DropReason.NO_ALLOCATION);
        assertDrop(peerToAlice(PEER), DropReason.NO_ALLOCATION);
        assertDrop(lookup.fromFabricToPeer(ALICE_ID, 0, 1, 1, NOW_MS), DropReason.NO_ALLOCATION);
    }

    @Test
    void shouldKeepClientsOfDifferentListenersApart() {
        fib.put(alice().attachedTo(Leg.THIS_NODE, LISTENER + 1).permission(PEER.ip(), LATER_MS).build());
        assertDrop(aliceTo(PEER), DropReason.NO_ALLOCATION);
    }

    @Test
    void shouldDropEverythingAtTheAllocationsDeadline() {
        fib.put(alice().permission(PEER.ip(), LATER_MS).expiryMs(NOW_MS).build());
        assertDrop(aliceTo(PEER), DropReason.ALLOCATION_EXPIRED);
        assertDrop(peerToAlice(PEER), DropReason.ALLOCATION_EXPIRED);
    }

    @Test
    void shouldDropAtThePermissionsDeadlineInBothDirections() {
        fib.put(alice().permission(PEER.ip(), NOW_MS).build());
        assertDrop(aliceTo(PEER), DropReason.NO_PERMISSION);
        assertDrop(peerToAlice(PEER), DropReason.NO_PERMISSION);
    }

    @Test
    void shouldDropChannelDataWithoutALiveChannel() {
        fib.put(alice().permission(PEER.ip(), LATER_MS).channel(CHANNEL, PEER, NOW_MS).build());
        assertDrop(aliceChannel(CHANNEL), DropReason.NO_CHANNEL);
        assertDrop(aliceChannel(CHANNEL + 1), DropReason.NO_CHANNEL);
    }

    @Test
    void shouldDropChannelDataWhosePermissionHasExpired() {
        fib.put(alice().permission(PEER.ip(), NOW_MS).channel(CHANNEL, PEER, LATER_MS).build());
        assertDrop(aliceChannel(CHANNEL), DropReason.NO_PERMISSION);
    }

    @Test
    void shouldSendChannelDataToTheChannelsPeer() {
        fib.put(alice().permission(PEER.ip(), LATER_MS).channel(CHANNEL, PEER, LATER_MS).build());
        assertThat(Adjacency.kind(aliceChannel(CHANNEL))).isEqualTo(Adjacency.PEER);
        assertSeenPeer(PEER);
    }

    @Test
    void shouldPermitEveryPortOfAPeersAddress() {
        fib.put(alice().permission(PEER.ip(), LATER_MS).channel(CHANNEL, PEER, LATER_MS).build());
        assertThat(Adjacency.kind(peerToAlice(PEER.withPort(1)))).isEqualTo(Adjacency.CLIENT);
        assertThat(lookup.channel()).isEqualTo(Leg.NO_CHANNEL);
    }

    @Test
    void shouldNameTheChannelOfAPeerWhileItLives() {
        fib.put(alice().permission(PEER.ip(), LATER_MS).channel(CHANNEL, PEER, LATER_MS).build());
        assertThat(Adjacency.kind(peerToAlice(PEER))).isEqualTo(Adjacency.CLIENT);
        assertThat(lookup.channel()).isEqualTo(CHANNEL);
        fib.put(alice().permission(PEER.ip(), LATER_MS).channel(CHANNEL, PEER, NOW_MS).build());
        peerToAlice(PEER);
        assertThat(lookup.channel()).isEqualTo(Leg.NO_CHANNEL);
    }

    @Test
    void shouldChooseTheRelayedAddressOfThePeersFamily() {
        TransportAddress peer = TransportAddress.parse("[2001:db8::9]:7000");
        fib.put(alice().permission(peer.ip(), LATER_MS).build());
        assertDrop(aliceTo(peer), DropReason.NO_RELAYED_FAMILY);
        TransportAddress relayed = TransportAddress.parse("[2001:db8::1]:49160");
        fib.put(alice().relay(relayed, SOCKET + 5).permission(peer.ip(), LATER_MS).build());
        assertThat(Adjacency.kind(aliceTo(peer))).isEqualTo(Adjacency.PEER);
        assertThat(lookup.relaySocket()).isEqualTo(SOCKET + 5);
    }

    @Test
    void shouldHandAPlainPeersPacketToTheHomeNode() {
        fib.put(alice().home(OTHER_NODE).permission(PEER.ip(), LATER_MS).build());
        int adjacency = aliceTo(PEER);
        assertThat(Adjacency.kind(adjacency)).isEqualTo(Adjacency.NODE_TO_PEER);
        assertThat(Adjacency.node(adjacency)).isEqualTo(OTHER_NODE);
        assertThat(lookup.egress().allocationId()).isEqualTo(ALICE_ID);
    }

    @Test
    void shouldDropAtAHomeThatInheritedNoSocket() {
        fib.put(alice().relay(ALICE_RELAYED, Leg.NO_SOCKET).permission(PEER.ip(), LATER_MS).build());
        assertDrop(aliceTo(PEER), DropReason.NO_RELAY_SOCKET);
    }

    @Test
    void shouldHandStraightToTheOtherClientWhenBothPermit() {
        fib.put(alice().permission(BOB_RELAYED.ip(), LATER_MS).build());
        fib.put(bob().permission(ALICE_RELAYED.ip(), LATER_MS).channel(CHANNEL, ALICE_RELAYED, LATER_MS).build());
        assertThat(Adjacency.kind(aliceTo(BOB_RELAYED))).isEqualTo(Adjacency.RELAY);
        assertThat(lookup.leg().allocationId()).isEqualTo(ALICE_ID);
        assertThat(lookup.egress().client()).isEqualTo(BOB);
        assertThat(lookup.channel()).isEqualTo(CHANNEL);
        assertSeenPeer(ALICE_RELAYED);
    }

    @Test
    void shouldHandToTheNodeWhereTheOtherClientIsAttached() {
        fib.put(alice().permission(BOB_RELAYED.ip(), LATER_MS).build());
        fib.put(bob().attachedTo(OTHER_NODE, Leg.NO_LISTENER).permission(ALICE_RELAYED.ip(), LATER_MS).build());
        int adjacency = aliceTo(BOB_RELAYED);
        assertThat(Adjacency.kind(adjacency)).isEqualTo(Adjacency.NODE_TO_CLIENT);
        assertThat(Adjacency.node(adjacency)).isEqualTo(OTHER_NODE);
        assertThat(lookup.egress().allocationId()).isEqualTo(BOB_ID);
        assertSeenPeer(ALICE_RELAYED);
    }

    @Test
    void shouldNeedTheTargetsPermissionToo() {
        fib.put(alice().permission(BOB_RELAYED.ip(), LATER_MS).build());
        assertDrop(aliceTo(BOB_RELAYED), DropReason.TARGET_UNKNOWN);
        fib.put(bob().build());
        assertDrop(aliceTo(BOB_RELAYED), DropReason.TARGET_NO_PERMISSION);
        fib.put(bob().permission(ALICE_RELAYED.ip(), LATER_MS).expiryMs(NOW_MS).build());
        assertDrop(aliceTo(BOB_RELAYED), DropReason.TARGET_EXPIRED);
    }

    @Test
    void shouldNeverSendToAControlEndpointOrAnUncoveredPortOfARelay() {
        fib.put(alice().permission(CONTROL.ip(), LATER_MS).build());
        assertDrop(aliceTo(CONTROL), DropReason.PEER_FORBIDDEN);
        assertDrop(aliceTo(CONTROL.withPort(53)), DropReason.PEER_FORBIDDEN);
        fib.scope(scope(true));
        assertDrop(aliceTo(CONTROL), DropReason.PEER_FORBIDDEN);
        assertThat(Adjacency.kind(aliceTo(CONTROL.withPort(53)))).isEqualTo(Adjacency.PEER);
    }

    @Test
    void shouldDeliverAFabricFrameToTheClientHere() {
        fib.put(alice().permission(PEER.ip(), LATER_MS).build());
        int adjacency = lookup.fromFabricToClient(ALICE_ID, PEER.high(), PEER.low(), PEER.port(), NOW_MS);
        assertThat(Adjacency.kind(adjacency)).isEqualTo(Adjacency.CLIENT);
        assertDrop(lookup.fromFabricToClient(ALICE_ID, 0, 5, 5, NOW_MS), DropReason.NO_PERMISSION);
    }

    @Test
    void shouldLetAFrameOutHereThatMayNotBePassedOnAgain() {
        fib.put(
            alice().attachedTo(OTHER_NODE, LISTENER).home(OTHER_NODE).permission(PEER.ip(), LATER_MS).build());
        int toClient = lookup.fromFabricToClient(ALICE_ID, PEER.high(), PEER.low(), PEER.port(), NOW_MS);
        assertThat(Adjacency.kind(toClient)).isEqualTo(Adjacency.NODE_TO_CLIENT);
        assertThat(Adjacency.kind(lookup.orHere(toClient))).isEqualTo(Adjacency.CLIENT);
        int toPeer = lookup.fromFabricToPeer(ALICE_ID, PEER.high(), PEER.low(), PEER.port(), NOW_MS);
        assertThat(Adjacency.kind(toPeer)).isEqualTo(Adjacency.NODE_TO_PEER);
        assertThat(Adjacency.kind(lookup.orHere(toPeer))).isEqualTo(Adjacency.PEER);
        assertThat(lookup.relaySocket()).isEqualTo(SOCKET);
    }

    @Test
    void shouldDropAFrameThatMayNotBePassedOnAndHasNoWayOutHere() {
        fib.put(
            alice().attachedTo(OTHER_NODE, Leg.NO_LISTENER)
                .home(OTHER_NODE)
                .relay(ALICE_RELAYED, Leg.NO_SOCKET)
                .permission(PEER.ip(), LATER_MS)
                .build());
        int toClient = lookup.fromFabricToClient(ALICE_ID, PEER.high(), PEER.low(), PEER.port(), NOW_MS);
        assertDrop(lookup.orHere(toClient), DropReason.FABRIC_LOOP);
        int toPeer = lookup.fromFabricToPeer(ALICE_ID, PEER.high(), PEER.low(), PEER.port(), NOW_MS);
        assertDrop(lookup.orHere(toPeer), DropReason.FABRIC_LOOP);
    }

    @Test
    void shouldAnswerAClientAttachedElsewhereItselfWhenTheReturnPathIsDirect() {
        Fib direct = new Fib(1, true);
        LegBuilder leg = alice().attachedTo(OTHER_NODE, LISTENER).permission(PEER.ip(), LATER_MS);
        direct.put(leg.build());
        int adjacency = direct.newLookup().atRelay(ALICE_RELAYED).fromPeer(PEER.high(), PEER.low(), 1, NOW_MS);
        assertThat(Adjacency.kind(adjacency)).isEqualTo(Adjacency.CLIENT);
    }

    @Test
    void shouldLeaveAClientBehindAProxyToTheNodeThatHearsItThoughTheReturnPathIsDirect() {
        Fib direct = new Fib(1, true);
        direct.put(alice().attachedTo(OTHER_NODE, LISTENER).proxied(true).permission(PEER.ip(), LATER_MS).build());
        int adjacency = direct.newLookup().atRelay(ALICE_RELAYED).fromPeer(PEER.high(), PEER.low(), 1, NOW_MS);
        assertThat(Adjacency.kind(adjacency)).isEqualTo(Adjacency.NODE_TO_CLIENT);
        assertThat(Adjacency.node(adjacency)).isEqualTo(OTHER_NODE);
    }

    @Test
    void shouldDropForAClientAttachedHereWithoutAListener() {
        fib.put(alice().attachedTo(Leg.THIS_NODE, Leg.NO_LISTENER).permission(PEER.ip(), LATER_MS).build());
        assertDrop(peerToAlice(PEER), DropReason.NO_LISTENER);
    }

    @Test
    void shouldForgetTheKeysThatANewLegNoLongerHas() {
        fib.put(alice().permission(PEER.ip(), LATER_MS).build());
        fib.put(
            Leg.builder(ALICE_ID, BOB, fib.counters(ALICE_ID))
                .attachedTo(Leg.THIS_NODE, LISTENER)
                .expiryMs(LATER_MS)
                .relay(BOB_RELAYED, SOCKET)
                .permission(PEER.ip(), LATER_MS)
                .build());
        assertDrop(aliceTo(PEER), DropReason.NO_ALLOCATION);
        assertDrop(peerToAlice(PEER), DropReason.NO_ALLOCATION);
        assertThat(fib.size()).isOne();
        fib.remove(ALICE_ID);
        assertThat(fib.size()).isZero();
        assertThat(fib.byId(ALICE_ID)).isNull();
    }

    @Test
    void shouldKeepTheCountersOfAnAllocationFromLegToLeg() {
        fib.put(alice().build());
        fib.counters(ALICE_ID).up(0, 100);
        fib.put(alice().permission(PEER.ip(), LATER_MS).build());
        assertThat(fib.counters(ALICE_ID).bytesUp()).isEqualTo(100);
        assertThat(fib.counters(ALICE_ID).packetsUp()).isOne();
        assertThat(fib.counters(BOB_ID).packetsUp()).isZero();
    }

    @Test
    void shouldTellIpv4FromTheSameBitsOfIpv6() {
        ClusterScope scope = scope(false);
        IpAddress compatible = new IpAddress(0, ALICE_RELAYED.low() & 0xFFFF_FFFFL);
        assertThat(scope.classify(compatible.high(), compatible.low(), 49_160)).isEqualTo(ClusterScope.PLAIN);
    }
}
