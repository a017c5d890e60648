package io.turnstone.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.protocol.fabric.MediaFrame;
import io.turnstone.protocol.fabric.MediaFrameWriter;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.stun.Credentials;
import io.turnstone.protocol.stun.LongTermKey;
import io.turnstone.protocol.stun.MessageIntegrity;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import io.turnstone.protocol.turn.ChannelData;
import io.turnstone.protocol.turn.DataIndication;
import io.turnstone.protocol.turn.SendIndication;
import io.turnstone.protocol.turn.TurnRequestDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import javax.crypto.SecretKey;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Round trips of every codec, and mutated packets. Buffers are direct and exactly as long as the packet, so a read out of
 * bounds is an exception. The seed is in the test's name.
 */
class CodecPropertyTest {
    private static final int ROUNDS = 2_000;
    private static final SecretKey KEY = LongTermKey.of(PasswordAlgorithm.SHA_256, "user", "realm", "password");
    private static final List<String> PACKETS = List.of(
        "vectors/rfc5769-2.1-request",
        "vectors/rfc5769-2.3-ipv6-response",
        "vectors/rfc8489-b.1-userhash-sha256",
        "captures/coturn-allocate",
        "captures/coturn-allocate-dont-fragment",
        "captures/coturn-refresh",
        "captures/coturn-create-permission",
        "captures/coturn-channel-bind",
        "captures/coturn-send-dont-fragment",
        "captures/coturn-channel-data",
        "captures/chromium-send",
        "captures/chromium-channel-data");

    private final StunMessage message = new StunMessage();
    private final StunWriter writer = new StunWriter();
    private final MessageIntegrity integrity = new MessageIntegrity();
    private final SendIndication send = new SendIndication();
    private final DataIndication data = new DataIndication();
    private final ChannelData channelData = new ChannelData();
    private final MediaFrame frame = new MediaFrame();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[8192]);

    static LongStream seeds() {
        return LongStream.of(1, 20, 300, 4000);
    }

    private record Attribute(int type, int length, long seed) {
        byte[] value() {
            return randomBytes(new SplittableRandom(seed), length);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldReadBackEveryMessageThatWasWritten(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            int offset = random.nextInt(64);
            int type = random.nextInt(0x4000);
            buffer.setMemory(0, buffer.capacity(), (byte) 0xFF);
            writer.begin(buffer, offset, type, random.nextInt(), random.nextLong());
            List<Attribute> attributes = randomAttributes(random);
            attributes.forEach(attribute -> writer.bytes(attribute.type(), attribute.value()));
            writer.messageIntegrity(integrity, KEY).messageIntegritySha256(integrity, KEY).fingerprint();

            assertThat(message.wrap(buffer, offset, writer.length())).isTrue();
            assertThat(message.messageType()).isEqualTo(type);
            assertThat(StunType.of(message.method(), message.messageClass())).isEqualTo(type);
            shouldHold(attributes);
            assertThat(integrity.verify(message, KEY)).isTrue();
            assertThat(integrity.verifySha256(message, KEY)).isTrue();
            assertThat(message.fingerprintValid()).isTrue();
        }
    }

    private void shouldHold(List<Attribute> attributes) {
        int valueIndex = message.firstAttribute();
        for (Attribute attribute : attributes) {
            assertThat(message.attributeType(valueIndex)).isEqualTo(attribute.type());
            assertThat(message.bytes(valueIndex)).isEqualTo(attribute.value());
            for (int i = attribute.length(); i % 4 != 0; i++) {
                assertThat(buffer.getByte(valueIndex + i)).isZero();
            }
            valueIndex = message.nextAttribute(valueIndex);
        }
        assertThat(valueIndex).isEqualTo(StunMessage.NOT_FOUND);
    }

    private static List<Attribute> randomAttributes(SplittableRandom random) {
        List<Attribute> attributes = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            int type = random.nextInt(0x10000);
            boolean closing = type == StunAttribute.MESSAGE_INTEGRITY
                || type == StunAttribute.MESSAGE_INTEGRITY_SHA256
                || type == StunAttribute.FINGERPRINT;
            if (!closing) {
                attributes.add(new Attribute(type, random.nextInt(64), random.nextLong()));
            }
        }
        return attributes;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldRelayEveryPayloadBetweenSendDataChannelAndFrame(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] payload = randomBytes(random, random.nextInt(1500));
            boolean ipv4 = random.nextBoolean();
            long high = ipv4 ? 0 : random.nextLong();
            long low = ipv4 ? IpAddress.ofIpv4(random.nextInt()).low() : random.nextLong();
            int port = random.nextInt(0x10000);

            writer.begin(buffer, 128, StunType.SEND_INDICATION, random.nextInt(), random.nextLong())
                .xorAddress(StunAttribute.XOR_PEER_ADDRESS, high, low, port)
                .bytes(StunAttribute.DATA, payload);
            assertThat(send.wrap(buffer, 128, writer.length())).isTrue();
            assertThat(send.peerHigh()).isEqualTo(high);
            assertThat(send.peerLow()).isEqualTo(low);
            assertThat(send.peerPort()).isEqualTo(port);
            int at = send.dataOffset();
            shouldHold(payload, at, send.dataLength());

            data.transactionId(random.nextInt(), random.nextLong()).write(buffer, at, payload.length, high, low, port);
            assertThat(message.wrap(buffer, data.offset(), data.length())).isTrue();
            assertThat(message.decodeXorAddress(message.find(StunAttribute.XOR_PEER_ADDRESS))).isTrue();
            assertThat(message.address().high()).isEqualTo(high);
            assertThat(message.address().low()).isEqualTo(low);
            assertThat(message.address().port()).isEqualTo(port);
            assertThat(message.bytes(message.find(StunAttribute.DATA))).isEqualTo(payload);

            int number = random.nextInt(ChannelData.CHANNEL_NUMBER_MIN, ChannelData.CHANNEL_NUMBER_MAX + 1);
            ChannelData.writeHeader(buffer, at, number, payload.length);
            assertThat(channelData.wrap(buffer, at - 4, 4 + payload.length + random.nextInt(4))).isTrue();
            assertThat(channelData.channelNumber()).isEqualTo(number);
            shouldHold(payload, channelData.dataOffset(), channelData.dataLength());

            shouldBeFramed(random, payload, at);
        }
    }

    private void shouldBeFramed(SplittableRandom random, byte[] payload, int at) {
        long incarnation = random.nextLong();
        long allocationId = random.nextLong();
        boolean dontFragment = random.nextBoolean();
        boolean passedOn = random.nextBoolean();
        new MediaFrameWriter().begin(buffer, at, MediaFrame.KIND_TO_CLIENT)
            .flags((dontFragment ? MediaFrame.FLAG_DONT_FRAGMENT : 0) | (passedOn ? MediaFrame.FLAG_PASSED_ON : 0))
            .incarnation(incarnation)
            .allocation(allocationId, 1)
            .peer(random.nextLong(), random.nextLong(), random.nextInt(0x10000));
        assertThat(frame.wrap(buffer, at - MediaFrame.HEADER_LENGTH, MediaFrame.HEADER_LENGTH + payload.length))
            .isTrue();
        assertThat(frame.incarnation()).isEqualTo(incarnation);
        assertThat(frame.allocationId()).isEqualTo(allocationId);
        assertThat(frame.dontFragment()).isEqualTo(dontFragment);
        assertThat(frame.passedOn()).isEqualTo(passedOn);
        shouldHold(payload, frame.payloadOffset(), frame.payloadLength());
    }

    private void shouldHold(byte[] payload, int offset, int length) {
        byte[] held = new byte[length];
        buffer.getBytes(offset, held);
        assertThat(held).isEqualTo(payload);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldNeitherThrowNorReadOutOfBoundsWhenAPacketIsMutated(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> packets = PACKETS.stream().map(name -> HexFile.read(name + ".hex")).toList();
        int accepted = 0;
        for (int round = 0; round < 10 * ROUNDS; round++) {
            byte[] mutated = mutate(random, packets.get(random.nextInt(packets.size())));
            accepted += readEverything(HexFile.direct(mutated), mutated.length) ? 1 : 0;
        }
        // otherwise the mutations are too wild to reach the decoders
        assertThat(accepted).isBetween(ROUNDS, 9 * ROUNDS);
    }

    private static byte[] mutate(SplittableRandom random, byte[] packet) {
        byte[] mutated = random.nextInt(4) == 0
            ? Arrays.copyOf(packet, random.nextInt(packet.length + 9))
            : packet.clone();
        for (int i = random.nextInt(4); i > 0 && mutated.length > 0; i--) {
            int at = random.nextInt(random.nextBoolean() ? mutated.length : Math.min(64, mutated.length));
            mutated[at] = (byte) (random.nextBoolean() ? random.nextInt() : mutated[at] ^ 1 << random.nextInt(8));
        }
        return mutated;
    }

    /** Asks for all that a packet can tell; true if it is a STUN message or ChannelData. */
    private boolean readEverything(UnsafeBuffer packet, int length) {
        send.wrap(packet, 0, length);
        frame.wrap(packet, 0, length);
        if (!message.wrap(packet, 0, length)) {
            return channelData.wrap(packet, 0, length)
                && channelData.dataOffset() + channelData.dataLength() <= length;
        }
        Credentials.of(message);
        integrity.verify(message, KEY);
        integrity.verifySha256(message, KEY);
        message.fingerprintValid();
        TurnRequestDecoder.decode(message, StunAttribute.TURN_SERVER_SET);
        for (int at = message.firstAttribute(); at != StunMessage.NOT_FOUND; at = message.nextAttribute(at)) {
            assertThat(message.bytes(at)).hasSize(message.valueLength(at));
            message.decodeXorAddress(at);
        }
        return true;
    }

    private static byte[] randomBytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
