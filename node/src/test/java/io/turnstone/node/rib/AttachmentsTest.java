package io.turnstone.node.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.wire.AttachmentMessage;
import io.turnstone.protocol.wire.AttachmentRecord;
import io.turnstone.protocol.wire.ReplicationMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class AttachmentsTest {
    private static final long ID = 77;
    private static final long A = 1;
    private static final long B = 2;
    private static final long C = 3;
    private static final long DIGEST_MS = 5_000;
    private static final TransportAddress PEER = TransportAddress.parse("203.0.113.9:7000");
    private static final TransportAddress PEER_IPV6 = TransportAddress.parse("[2001:db8::9]:7000");
    private static final long EMPTY_DIGEST = new Attachments(A, DIGEST_MS, (peer, message) -> true, told -> {},
        id -> true).digest();

    private final Map<Long, Node> nodes = new LinkedHashMap<>();
    private long nowMs = 1_000_000;
    private boolean linked = true;
    private boolean accepting = true;
    private boolean routed = true;

    AttachmentsTest() {
        for (long node : new long[]{A, B, C}) {
            nodes.put(node, new Node(node));
        }
        nodes.values().forEach(node -> nodes.keySet().forEach(peer -> {
            if (peer != node.incarnation) {
                node.attachments.addPeer(peer, nowMs);
            }
        }));
        turn();
    }

    private final class Node {
        private final long incarnation;
        private final Attachments attachments;
        private final List<Attachment> told = new ArrayList<>();
        private int messages;

        private Node(long incarnation) {
            this.incarnation = incarnation;
            this.attachments = new Attachments(incarnation, DIGEST_MS, this::send, told::add, id -> routed);
        }

        private boolean send(long peer, byte[] message) {
            if (accepting && linked) {
                messages++;
                node(peer).receive(incarnation, message);
            }
            return accepting;
        }

        private void receive(long from, byte[] message) {
            UnsafeBuffer buffer = new UnsafeBuffer(message);
            assertThat(Attachments.reads(buffer, 0, message.length)).isTrue();
            attachments.onMessage(from, buffer, 0, message.length, nowMs);
        }

        private long heldAt(long id) {
            Attachment attachment = attachments.of(id);
            return attachment == null ? 0 : attachment.node();
        }

        private long count(AttachmentCounter counter) {
            return attachments.counters().get(counter);
        }
    }

    private Node node(long incarnation) {
        return Objects.requireNonNull(nodes.get(incarnation));
    }

    private void turn() {
        nodes.values().forEach(node -> node.attachments.doWork(nowMs));
    }

    private void later(long ms) {
        nowMs += ms;
        turn();
    }

    /** Everybody believes the client to be where it was heard last, or at A. */
    private void arrivesAt(long node) {
        long believed = node(node).heldAt(ID);
        node(node).attachments.arrived(ID, believed == 0 ? A : believed, false, nowMs);
        turn();
    }

    private void assertEverywhere(long expected) {
        assertThat(nodes.values()).extracting(node -> node.heldAt(ID)).containsOnly(expected);
        assertThat(nodes.values()).extracting(node -> node.attachments.digest())
            .containsOnly(node(A).attachments.digest());
    }

    @Test
    void shouldSayNothingOfAClientThatIsWhereItIsExpected() {
        arrivesAt(A);
        assertEverywhere(0);
        assertThat(node(B).told).isEmpty();
    }

    @Test
    void shouldKeepPeersApartFromTheClientAndFromEachOther() {
        arrivesAt(B);
        node(C).attachments.peerArrived(ID, PEER, A, false, nowMs);
        node(B).attachments.peerArrived(ID, PEER.withPort(1), A, false, nowMs);
        node(A).attachments.peerArrived(ID, PEER.withPort(2), A, false, nowMs);
        turn();
        assertEverywhere(B);
        for (Node each : nodes.values()) {
            assertThat(each.attachments.ofPeers(ID)).containsExactlyInAnyOrder(
                new Attachment(ID, PEER, 1, C, false), new Attachment(ID, PEER.withPort(1), 1, B, false));
        }
        later(200);
        node(B).attachments.peerArrived(ID, PEER, C, false, nowMs);
        turn();
        assertThat(node(A).attachments.of(ID, PEER)).isEqualTo(new Attachment(ID, PEER, 2, B, false));
        nodes.values().forEach(each -> each.attachments.forget(ID));
        assertEverywhere(0);
        assertThat(node(A).attachments.digest()).as("nothing held").isEqualTo(EMPTY_DIGEST);
    }

    @Test
    void shouldRepairPeersOfANodeThatMissedThem() {
        linked = false;
        node(C).attachments.peerArrived(ID, PEER_IPV6, A, false, nowMs);
        turn();
        assertThat(node(B).attachments.ofPeers(ID)).isEmpty();
        linked = true;
        later(DIGEST_MS);
        later(1);
        assertThat(node(B).attachments.ofPeers(ID)).containsExactly(new Attachment(ID, PEER_IPV6, 1, C, false));
    }

    @Test
    void shouldAttachNoMorePeersThanItMay() {
        for (int port = 1; port <= Attachments.PEERS_MAX + 3; port++) {
            node(B).attachments.peerArrived(ID, PEER.withPort(port), A, false, nowMs);
        }
        assertThat(node(B).attachments.ofPeers(ID)).hasSize(Attachments.PEERS_MAX);
        assertThat(node(B).count(AttachmentCounter.PEERS_FULL)).isEqualTo(3);
        turn();
        assertThat(node(C).attachments.ofPeers(ID)).hasSize(Attachments.PEERS_MAX);
    }

    @Test
    void shouldTellEverybodyInTheTurnInWhichAClientMoves() {
        arrivesAt(B);
        assertEverywhere(B);
        assertThat(node(C).told).containsExactly(new Attachment(ID, 1, B, false));
        later(200);
        arrivesAt(C);
        assertEverywhere(C);
    }

    @Test
    void shouldMoveAClientOnceIn200Ms() {
        arrivesAt(B);
        later(199);
        arrivesAt(C);
        assertEverywhere(B);
        assertThat(node(C).count(AttachmentCounter.TOO_SOON)).isOne();
        later(1);
        arrivesAt(C);
        assertEverywhere(C);
    }

    @Test
    void shouldHoldAClientAfterFiveMovesInTenSeconds() {
        for (int move = 0; move < 5; move++) {
            arrivesAt(move % 2 == 0 ? B : C);
            later(1_000);
        }
        arrivesAt(C);
        assertEverywhere(B);
        assertThat(node(C).count(AttachmentCounter.HELD)).isOne();
        later(5_000);
        arrivesAt(C);
        assertEverywhere(C);
    }

    @Test
    void shouldMoveAClientOfASilentNodeAtOnce() {
        for (int move = 0; move < 5; move++) {
            arrivesAt(move % 2 == 0 ? B : C);
            later(200);
        }
        node(C).attachments.arrived(ID, A, false, nowMs);
        turn();
        assertEverywhere(C);
    }

    @Test
    void shouldKeepAClientThatTheSilentNodeLeftHere() {
        arrivesAt(B);
        node(A).attachments.arrived(ID, A, false, nowMs);
        turn();
        assertEverywhere(A);
    }

    @Test
    void shouldGiveATieToTheHigherNode() {
        linked = false;
        arrivesAt(B);
        arrivesAt(C);
        linked = true;
        later(DIGEST_MS);
        turn();
        assertEverywhere(C);
    }

    @Test
    void shouldRepairWhatWasLost() {
        linked = false;
        for (long id = 1; id <= 3_000; id++) {
            node(B).attachments.arrived(id, A, false, nowMs);
        }
        turn();
        linked = true;
        later(DIGEST_MS);
        turn();
        assertThat(node(A).attachments.digest()).isEqualTo(node(B).attachments.digest());
        assertThat(node(A).heldAt(3_000)).isEqualTo(B);
        assertThat(node(A).count(AttachmentCounter.TAKEN)).isEqualTo(3_000);
    }

    @Test
    void shouldTellANewcomerEverything() {
        arrivesAt(B);
        Node newcomer = new Node(9);
        nodes.put(9L, newcomer);
        newcomer.attachments.addPeer(A, nowMs);
        node(A).attachments.addPeer(9, nowMs);
        turn();
        turn();
        assertThat(newcomer.heldAt(ID)).isEqualTo(B);
    }

    @Test
    void shouldWaitForAPeerThatTakesNothing() {
        accepting = false;
        arrivesAt(B);
        accepting = true;
        turn();
        assertEverywhere(B);
    }

    @Test
    void shouldPutManyMovesIntoFewMessages() {
        int before = node(B).messages;
        for (long id = 1; id <= 1_000; id++) {
            node(B).attachments.arrived(id, A, false, nowMs);
        }
        turn();
        assertThat(node(B).messages - before).isEqualTo(2 * 2);
        assertThat(node(C).told).hasSize(1_000);
    }

    @Test
    void shouldSayMoreWhenAProxyStandsBefore() {
        node(A).attachments.arrived(ID, A, true, nowMs);
        turn();
        assertEverywhere(A);
        assertThat(node(C).told).containsExactly(new Attachment(ID, 1, A, true));
        node(A).attachments.arrived(ID, A, false, nowMs);
        turn();
        assertThat(node(C).told).last().isEqualTo(new Attachment(ID, 2, A, false));
    }

    @Test
    void shouldForgetWhatHasNoRoute() {
        arrivesAt(B);
        routed = false;
        later(DIGEST_MS);
        later(39_999);
        assertEverywhere(B);
        later(DIGEST_MS);
        assertEverywhere(0);
    }

    @Test
    void shouldNotReadOtherMessages() {
        byte[] other = ReplicationMessage.newBuilder().setWireVersion(1).build().toByteArray();
        assertThat(Attachments.reads(new UnsafeBuffer(other), 0, other.length)).isFalse();
        assertThat(Attachments.reads(new UnsafeBuffer(other), 0, 0)).isFalse();
    }

    @Test
    void shouldBeLeftAloneByBadMessages() {
        Random random = new Random(7);
        byte[] valid = AttachmentMessage.newBuilder()
            .setWireVersion(1)
            .addAttachments(AttachmentRecord.newBuilder().setAllocationId(ID).setNode(B))
            .build()
            .toByteArray();
        node(A).receive(B, valid);
        for (int i = 0; i < 10_000; i++) {
            byte[] bad = valid.clone();
            bad[2 + random.nextInt(bad.length - 2)] = (byte) random.nextInt();
            node(A).receive(B, bad);
        }
        assertThat(node(A).count(AttachmentCounter.BAD_MESSAGES)).isGreaterThan(1_000);
    }
}
