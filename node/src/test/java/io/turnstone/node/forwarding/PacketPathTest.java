package io.turnstone.node.forwarding;

import static io.turnstone.node.forwarding.PathFixture.ALICE;
import static io.turnstone.node.forwarding.PathFixture.ALICE_ID;
import static io.turnstone.node.forwarding.PathFixture.ALICE_RELAYED;
import static io.turnstone.node.forwarding.PathFixture.BOB;
import static io.turnstone.node.forwarding.PathFixture.BOB_CHANNEL;
import static io.turnstone.node.forwarding.PathFixture.BOB_ID;
import static io.turnstone.node.forwarding.PathFixture.BOB_RELAYED;
import static io.turnstone.node.forwarding.PathFixture.CHANNEL;
import static io.turnstone.node.forwarding.PathFixture.OTHER_NODE;
import static io.turnstone.node.forwarding.PathFixture.PEER;
import static io.turnstone.node.forwarding.PathFixture.SETTINGS;
import static io.turnstone.node.forwarding.PathFixture.stun;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.fabric.FabricOutcome;
import io.turnstone.node.fib.DropReason;
import io.turnstone.node.fib.Leg;
import io.turnstone.node.punt.PuntReason;
import io.turnstone.protocol.fabric.MediaFrame;
import io.turnstone.protocol.fabric.MediaFrameWriter;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.turn.ChannelData;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketPathTest {
    private static final byte[] DATA = "media".getBytes(StandardCharsets.US_ASCII);

    private final PathFixture it = new PathFixture(SETTINGS);

    private static byte[] channelData(int number, byte[] data) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[ChannelData.HEADER_LENGTH + data.length]);
        buffer.putBytes(ChannelData.HEADER_LENGTH, data);
        ChannelData.writeHeader(buffer, ChannelData.HEADER_LENGTH, number, data.length);
        return buffer.byteArray();
    }

    private static byte[] sendIndication(TransportAddress peer) {
        return stun(
            StunType.SEND_INDICATION,
            writer -> writer.xorAddress(StunAttribute.XOR_PEER_ADDRESS, peer).bytes(StunAttribute.DATA, DATA));
    }

    private static byte[] bytes(MemorySockets.Sent sent, int offset, int length) {
        byte[] bytes = new byte[length];
        sent.buffer().getBytes(offset, bytes);
        return bytes;
    }

    private void assertChannelData(MemorySockets.Sent sent, int number) {
        ChannelData message = new ChannelData();
        assertThat(message.wrap(sent.buffer(), 0, sent.length())).isTrue();
        assertThat(message.channelNumber()).isEqualTo(number);
        assertThat(bytes(sent, message.dataOffset(), message.dataLength())).isEqualTo(DATA);
    }

    @Test
    void shouldSendChannelDataFromTheRelayedAddressToThePeer() {
        it.fromAlice(channelData(CHANNEL, DATA));
        MemorySockets.Sent sent = it.onlySent();
        assertThat(sent.socket()).isEqualTo(MemorySockets.RELAY_SOCKET);
        assertThat(sent.to()).isEqualTo(PEER);
        assertThat(sent.dontFragment()).isFalse();
        assertThat(bytes(sent, 0, sent.length())).isEqualTo(DATA);
        assertThat(it.counted(ForwardingCounter.BYTES_TO_PEER)).isEqualTo(DATA.length);
        assertThat(it.fib.counters(ALICE_ID).bytesUp()).isEqualTo(DATA.length);
    }

    @Test
    void shouldTakePaddedChannelData() {
        byte[] padded = Arrays.copyOf(channelData(CHANNEL, DATA), ChannelData.HEADER_LENGTH + 8);
        it.fromAlice(padded);
        assertThat(it.onlySent().length()).isEqualTo(DATA.length);
    }

    @Test
    void shouldSendASendIndicationsData() {
        it.fromAlice(sendIndication(PEER.withPort(8)));
        MemorySockets.Sent sent = it.onlySent();
        assertThat(sent.to()).isEqualTo(PEER.withPort(8));
        assertThat(bytes(sent, 0, sent.length())).isEqualTo(DATA);
    }

    @Test
    void shouldSetTheDontFragmentBitWhenASendIndicationAsksForIt() {
        it.fromAlice(
            stun(
                StunType.SEND_INDICATION,
                writer -> writer.xorAddress(StunAttribute.XOR_PEER_ADDRESS, PEER)
                    .flag(StunAttribute.DONT_FRAGMENT)
                    .bytes(StunAttribute.DATA, DATA)));
        assertThat(it.onlySent().dontFragment()).isTrue();
    }

    @Test
    void shouldDeliverAPeersDatagramOnItsChannel() {
        it.fromPeer(PEER, DATA);
        MemorySockets.Sent sent = it.onlySent();
        assertThat(sent.socket()).isEqualTo(MemorySockets.LISTENER_SOCKET);
        assertThat(sent.to()).isEqualTo(ALICE);
        assertChannelData(sent, CHANNEL);
        assertThat(it.fib.counters(ALICE_ID).bytesDown()).isEqualTo(DATA.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "media", "media as"})
    void shouldDeliverADatagramWithoutAChannelAsADataIndication(String data) {
        it.fromPeer(PEER.withPort(8), data.getBytes(StandardCharsets.US_ASCII));
        StunMessage message = it.onlyAnswer();
        assertThat(message.messageType()).isEqualTo(StunType.DATA_INDICATION);
        assertThat(message.xorAddress(message.find(StunAttribute.XOR_PEER_ADDRESS))).isEqualTo(PEER.withPort(8));
        assertThat(message.utf8(message.find(StunAttribute.DATA))).isEqualTo(data);
    }

    @Test
    void shouldHandOneClientsDataStraightToTheOther() {
        it.fromAlice(sendIndication(BOB_RELAYED));
        MemorySockets.Sent sent = it.onlySent();
        assertThat(sent.socket()).isEqualTo(MemorySockets.LISTENER_SOCKET);
        assertThat(sent.to()).isEqualTo(BOB);
        assertChannelData(sent, BOB_CHANNEL);
        assertThat(it.counted(ForwardingCounter.PACKETS_RELAY)).isOne();
        assertThat(it.fib.counters(ALICE_ID).packetsUp()).isOne();
        assertThat(it.fib.counters(BOB_ID).packetsDown()).isOne();
    }

    @Test
    void shouldHandTheFabricAFrameForAClientElsewhere() {
        it.fib.put(it.bob().attachedTo(OTHER_NODE, Leg.NO_LISTENER).build());
        it.fromAlice(sendIndication(BOB_RELAYED));
        MediaFrame frame = frame(MediaFrame.KIND_TO_CLIENT, BOB_ID);
        assertThat(new TransportAddress(frame.peerHigh(), frame.peerLow(), frame.peerPort())).isEqualTo(ALICE_RELAYED);
        assertThat(frame.incarnation()).isEqualTo(PathFixture.INCARNATION);
        assertThat(it.sockets.sent).isEmpty();
    }

    @Test
    void shouldHandTheFabricAFrameForTheHomeOfAPlainPeer() {
        it.fib.put(it.alice().home(OTHER_NODE).build());
        it.fromAlice(sendIndication(PEER));
        MediaFrame frame = frame(MediaFrame.KIND_TO_PEER, ALICE_ID);
        assertThat(new TransportAddress(frame.peerHigh(), frame.peerLow(), frame.peerPort())).isEqualTo(PEER);
        assertThat(it.counted(ForwardingCounter.PACKETS_TO_FABRIC)).isOne();
    }

    private MediaFrame frame(int kind, long allocationId) {
        assertThat(it.frames).hasSize(1);
        byte[] bytes = it.frames.getFirst();
        MediaFrame frame = new MediaFrame();
        assertThat(frame.wrap(new UnsafeBuffer(bytes), 0, bytes.length)).isTrue();
        assertThat(frame.kind()).isEqualTo(kind);
        assertThat(frame.allocationId()).isEqualTo(allocationId);
        assertThat(Arrays.copyOfRange(bytes, MediaFrame.HEADER_LENGTH, bytes.length)).isEqualTo(DATA);
        return frame;
    }

    @Test
    void shouldCountWhatTheFabricDoesNotTake() {
        it.fib.put(it.alice().home(OTHER_NODE + 1).build());
        it.fromAlice(sendIndication(PEER));
        assertThat(it.thread.counters().fabric().get(FabricOutcome.NO_SUCH_NODE)).isOne();
        assertThat(it.counted(ForwardingCounter.PACKETS_TO_FABRIC)).isZero();
    }

    @Test
    void shouldReportAClientThatHasMovedHereOncePerInterval() {
        it.fib.put(it.alice().attachedTo(OTHER_NODE, 0).channel(CHANNEL, PEER, PathFixture.LATER_MS).build());
        it.fromAlice(channelData(CHANNEL, DATA));
        it.fromAlice(sendIndication(PEER));
        it.path.beginTurn(PathFixture.NOW_MS + 99);
        it.fromAlice(channelData(CHANNEL, DATA));
        assertThat(reports()).containsExactly(ALICE);
        it.path.beginTurn(PathFixture.NOW_MS + 100);
        it.fromAlice(channelData(CHANNEL, DATA));
        assertThat(reports()).containsExactly(ALICE);
        assertThat(it.sockets.sent).hasSize(4);
    }

    @Test
    void shouldReportNobodyWhoIsHereOrHasNoBusiness() {
        it.fromAlice(channelData(CHANNEL, DATA));
        it.fib.put(it.alice().attachedTo(OTHER_NODE, 0).build());
        it.fromAlice(channelData(CHANNEL, DATA));
        assertThat(reports()).isEmpty();
    }

    private List<TransportAddress> reports() {
        List<TransportAddress> reported = new ArrayList<>();
        it.punts.drain(packet -> {
            assertThat(packet.reason()).isEqualTo(PuntReason.MOVED);
            assertThat(packet.packetLength()).isZero();
            reported.add(packet.source());
        }, 100);
        return reported;
    }

    private void fromFabric(int kind, long allocationId, TransportAddress peer) {
        fromFabric(kind, allocationId, peer, 0);
    }

    private void fromFabric(int kind, long allocationId, TransportAddress peer, int flags) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[MediaFrame.HEADER_LENGTH + DATA.length]);
        buffer.putBytes(MediaFrame.HEADER_LENGTH, DATA);
        new MediaFrameWriter().begin(buffer, MediaFrame.HEADER_LENGTH, kind)
            .incarnation(9)
            .allocation(allocationId, 1)
            .peer(peer.high(), peer.low(), peer.port())
            .flags(flags);
        it.path.onFrame(buffer, 0, buffer.capacity());
    }

    @Test
    void shouldDeliverAFrameToItsClient() {
        fromFabric(MediaFrame.KIND_TO_CLIENT, BOB_ID, ALICE_RELAYED);
        assertThat(it.onlySent().to()).isEqualTo(BOB);
        assertChannelData(it.onlySent(), BOB_CHANNEL);
        assertThat(it.counted(ForwardingCounter.BYTES_FROM_FABRIC)).isEqualTo(DATA.length);
    }

    @Test
    void shouldSendAFrameToItsPeer() {
        fromFabric(MediaFrame.KIND_TO_PEER, ALICE_ID, PEER);
        assertThat(it.onlySent().socket()).isEqualTo(MemorySockets.RELAY_SOCKET);
        assertThat(bytes(it.onlySent(), 0, it.onlySent().length())).isEqualTo(DATA);
    }

    @Test
    void shouldPassAFrameOnToWhereTheClientHasMoved() {
        it.fib.put(it.bob().attachedTo(OTHER_NODE, 0).build());
        fromFabric(MediaFrame.KIND_TO_CLIENT, BOB_ID, ALICE_RELAYED);
        assertThat(it.sockets.sent).isEmpty();
        assertThat(frame(MediaFrame.KIND_TO_CLIENT, BOB_ID).passedOn()).isTrue();
        assertThat(it.counted(ForwardingCounter.PASSED_ON)).isOne();
    }

    @Test
    void shouldPassAFrameOnToTheHomeAndKeepItsFlag() {
        it.fib.put(it.alice().home(OTHER_NODE).build());
        fromFabric(MediaFrame.KIND_TO_PEER, ALICE_ID, PEER, MediaFrame.FLAG_DONT_FRAGMENT);
        MediaFrame frame = frame(MediaFrame.KIND_TO_PEER, ALICE_ID);
        assertThat(frame.passedOn()).isTrue();
        assertThat(frame.dontFragment()).isTrue();
    }

    @Test
    void shouldLetAFrameOutHereThatWasPassedOnAlready() {
        it.fib.put(it.bob().attachedTo(OTHER_NODE, 0).build());
        it.fib.put(it.alice().home(OTHER_NODE).build());
        fromFabric(MediaFrame.KIND_TO_CLIENT, BOB_ID, ALICE_RELAYED, MediaFrame.FLAG_PASSED_ON);
        fromFabric(MediaFrame.KIND_TO_PEER, ALICE_ID, PEER, MediaFrame.FLAG_PASSED_ON);
        assertThat(it.frames).isEmpty();
        assertThat(it.sockets.sent).extracting(MemorySockets.Sent::to).containsExactly(BOB, PEER);
    }

    @Test
    void shouldDropAFrameThatWouldHaveToTravelAgain() {
        it.fib.put(it.bob().attachedTo(OTHER_NODE, Leg.NO_LISTENER).build());
        fromFabric(MediaFrame.KIND_TO_CLIENT, BOB_ID, ALICE_RELAYED, MediaFrame.FLAG_PASSED_ON);
        assertThat(it.sockets.sent).isEmpty();
        assertThat(it.frames).isEmpty();
        assertThat(it.thread.counters().drops().get(DropReason.FABRIC_LOOP)).isOne();
    }

    @Test
    void shouldCountAMalformedFrame() {
        it.path.onFrame(new UnsafeBuffer(new byte[10]), 0, 10);
        assertThat(it.counted(ForwardingCounter.FRAME_MALFORMED)).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 16, 20, 63, 128, 192, 255})
    void shouldDropWhatIsNeitherStunNorChannelData(int firstOctet) {
        byte[] datagram = channelData(CHANNEL, DATA);
        datagram[0] = (byte) firstOctet;
        it.fromAlice(datagram);
        it.fromAlice(new byte[0]);
        assertThat(it.counted(ForwardingCounter.NOT_TURN)).isEqualTo(2);
    }

    @Test
    void shouldTakeTheStrictChannelRangeWhenSet() {
        PathFixture strict = new PathFixture(
            new PathSettings("turnstone", true, 1, 50, PathSettings.Balancer.NONE, false));
        strict.fromAlice(channelData(0x5000, DATA));
        assertThat(strict.counted(ForwardingCounter.CHANNEL_DATA_MALFORMED)).isOne();
        it.fromAlice(channelData(0x5000, DATA));
        assertThat(it.thread.counters().drops().get(DropReason.NO_CHANNEL)).isOne();
    }

    @Test
    void shouldDropWhenTheChannelsDeadlineComesWithoutAnyWriter() {
        it.path.beginTurn(PathFixture.LATER_MS);
        it.fromAlice(channelData(CHANNEL, DATA));
        it.fromPeer(PEER, DATA);
        assertThat(it.sockets.sent).isEmpty();
        assertThat(it.thread.counters().drops().get(DropReason.ALLOCATION_EXPIRED)).isEqualTo(2);
    }

    @Test
    void shouldCountWhatTheTransportLoses() {
        it.sockets.accepts = false;
        it.fromAlice(channelData(CHANNEL, DATA));
        assertThat(it.counted(ForwardingCounter.SEND_LOST)).isOne();
        assertThat(it.counted(ForwardingCounter.PACKETS_TO_PEER)).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void shouldSurviveMutatedPackets(long seed) {
        Random random = new Random(seed);
        byte[][] seeds = {channelData(CHANNEL, DATA), sendIndication(PEER),
            stun(StunType.BINDING_REQUEST, writer -> writer.u32(StunAttribute.LIFETIME, 5).fingerprint()),
            stun(StunType.ALLOCATE_REQUEST, writer -> writer.u32(StunAttribute.REQUESTED_TRANSPORT, 17 << 24))};
        it.sockets.remembers = false;
        for (int i = 0; i < 20_000; i++) {
            byte[] datagram = seeds[random.nextInt(seeds.length)].clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                datagram[random.nextInt(datagram.length)] = (byte) random.nextInt();
            }
            it.receive(
                MemorySockets.LISTENER_SOCKET, ALICE, datagram, random.nextInt(datagram.length + 1));
        }
        it.sockets.remembers = true;
        it.fromAlice(channelData(CHANNEL, DATA));
        assertThat(it.onlySent().to()).isEqualTo(PEER);
    }

    @Test
    void shouldTellTheControlPlaneOfDataFromWhereTheClientIsMovingTo() {
        it.fib.put(it.alice().channel(CHANNEL, PEER, PathFixture.LATER_MS).movingTo(ALICE.withPort(1), 0).build());
        it.fromAlice(channelData(CHANNEL, DATA));
        assertThat(it.punts.drain(_ -> {}, 1)).isZero();
        byte[] message = channelData(CHANNEL, DATA);
        for (int i = 0; i < 9; i++) {
            it.path.beginTurn(PathFixture.NOW_MS + i * 20L);
            it.receive(MemorySockets.LISTENER_SOCKET, ALICE.withPort(1), message, message.length);
        }
        assertThat(it.sockets.sent).hasSize(10).allMatch(sent -> sent.to().equals(PEER));
        List<String> punted = new ArrayList<>();
        it.punts.drain(packet -> punted.add(packet.reason() + " " + packet.source() + " " + packet.packetLength()), 9);
        String news = PuntReason.MOVE_DATA + " " + ALICE.withPort(1) + " 0";
        assertThat(punted).as("twice in 160 ms").containsExactly(news, news);
    }

    @Test
    void shouldTellTheControlPlaneOfAPeerThatArrivesAwayFromHome() {
        it.fromPeer(PEER, DATA);
        assertThat(it.punts.drain(_ -> {}, 1)).as("at home").isZero();
        it.fib.put(it.alice().home(PathFixture.OTHER_NODE).build());
        for (int i = 0; i < 9; i++) {
            it.path.beginTurn(PathFixture.NOW_MS + i * 20L);
            it.fromPeer(PEER, DATA);
        }
        List<String> punted = new ArrayList<>();
        it.punts.drain(packet -> punted.add(
            packet.reason() + " " + packet.source() + " " + packet.buffer().getLong(packet.packetOffset())), 9);
        it.fib.put(it.alice().standIn(true).build());
        it.path.beginTurn(PathFixture.NOW_MS + 1_000);
        it.fromPeer(PEER, DATA);
        it.punts.drain(packet -> punted.add(packet.reason() + " to a stand-in"), 9);
        String news = PuntReason.PEER_MOVED + " " + PEER + " " + PathFixture.ALICE_ID;
        assertThat(punted).as("twice in 160 ms").containsExactly(news, news, PuntReason.PEER_MOVED + " to a stand-in");
        assertThat(it.sockets.sent).as("and the packets go on").hasSize(11);
    }

    @Test
    void shouldSendToTheOldAddressUntilTheClientHasArrived() {
        it.fib.put(it.alice().channel(CHANNEL, PEER, PathFixture.LATER_MS).movingTo(ALICE.withPort(1), 0).build());
        it.fromPeer(PEER, DATA);
        assertThat(it.onlySent().to()).isEqualTo(ALICE);
    }
}
