package io.turnstone.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.turnstone.protocol.fabric.FrameAuthenticator;
import io.turnstone.protocol.fabric.MediaFrame;
import io.turnstone.protocol.fabric.MediaFrameWriter;
import io.turnstone.protocol.fabric.NhAuthenticator;
import io.turnstone.protocol.fabric.SipHashAuthenticator;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.PasswordAlgorithm;
import io.turnstone.protocol.stun.StunAttribute;
import io.turnstone.protocol.stun.StunError;
import io.turnstone.protocol.stun.StunMessage;
import io.turnstone.protocol.stun.StunType;
import io.turnstone.protocol.stun.StunWriter;
import io.turnstone.protocol.turn.ChannelData;
import io.turnstone.protocol.turn.DataIndication;
import io.turnstone.protocol.turn.SendIndication;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a forwarder does per packet allocates nothing. */
class ZeroAllocationTest {
    private static final int ITERATIONS = 100_000;

    /** The JIT compiler and class loading may allocate a little on this thread; a single byte per packet is far above. */
    private static final long NOISE_BYTES = ITERATIONS / 10;

    private static final TransportAddress PEER = TransportAddress.parse("[2001:db8::7]:4001");
    private static final int HEADROOM = 128;

    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(4096));
    private final StunMessage message = new StunMessage();
    private final StunWriter writer = new StunWriter();

    @Test
    void shouldAllocateNothingWhenABindingRequestIsAnswered() {
        UnsafeBuffer request = packet("captures/chromium-binding");

        shouldAllocateNothing(() -> {
            boolean valid = StunMessage.looksLikeStun(request, 0, request.capacity())
                && message.wrap(request, 0, request.capacity())
                && message.isUnderstood(StunAttribute.STUN_SERVER_SET);
            writer.begin(buffer, HEADROOM, StunType.BINDING_SUCCESS, message)
                .xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, PEER.high(), PEER.low(), PEER.port())
                .fingerprint();
            return valid;
        });
    }

    @Test
    void shouldAllocateNothingWhenARequestIsChallenged() {
        UnsafeBuffer request = packet("captures/coturn-allocate-challenged");
        byte[] realm = "example.org".getBytes(US_ASCII);
        byte[] nonce = "obMatJos2wAAA0123456789012345678901234567".getBytes(US_ASCII);
        byte[] algorithms = PasswordAlgorithm.encode(List.of(PasswordAlgorithm.SHA_256, PasswordAlgorithm.MD5));

        shouldAllocateNothing(() -> {
            boolean valid = message.wrap(request, 0, request.capacity())
                && message.fingerprintValid()
                && !message.has(StunAttribute.MESSAGE_INTEGRITY);
            writer.begin(buffer, HEADROOM, StunType.ALLOCATE_ERROR, message)
                .errorCode(StunError.UNAUTHENTICATED)
                .bytes(StunAttribute.REALM, realm)
                .bytes(StunAttribute.NONCE, nonce)
                .bytes(StunAttribute.PASSWORD_ALGORITHMS, algorithms)
                .fingerprint();
            return valid;
        });
    }

    @Test
    void shouldAllocateNothingWhenASendIndicationBecomesADataIndication() {
        UnsafeBuffer packet = packet("captures/coturn-send-dont-fragment");
        SendIndication send = new SendIndication();
        DataIndication data = new DataIndication().transactionId(1, 2);
        buffer.putBytes(HEADROOM, packet, 0, packet.capacity());

        shouldAllocateNothing(() -> {
            buffer.putBytes(HEADROOM, packet, 0, packet.capacity());
            boolean valid = send.wrap(buffer, HEADROOM, packet.capacity());
            data.write(buffer, send.dataOffset(), send.dataLength(), PEER.high(), PEER.low(), PEER.port());
            return valid && message.wrap(buffer, data.offset(), data.length());
        });
    }

    @Test
    void shouldAllocateNothingWhenChannelDataIsRelayed() {
        UnsafeBuffer packet = packet("captures/coturn-channel-data");
        ChannelData channelData = new ChannelData();

        shouldAllocateNothing(() -> {
            boolean valid = channelData.wrap(packet, 0, packet.capacity());
            ChannelData.writeHeader(buffer, HEADROOM, channelData.channelNumber(), channelData.dataLength());
            return valid;
        });
    }

    @Test
    void shouldAllocateNothingWhenAFrameIsWrittenSignedAndVerified() {
        MediaFrameWriter frameWriter = new MediaFrameWriter();
        MediaFrame frame = new MediaFrame();
        List<FrameAuthenticator> authenticators = List.of(
            new SipHashAuthenticator(new byte[32]), new NhAuthenticator(new byte[32], 1500));

        shouldAllocateNothing(() -> {
            frameWriter.begin(buffer, HEADROOM, MediaFrame.KIND_TO_CLIENT)
                .flags(0)
                .incarnation(3)
                .allocation(4, 1)
                .peer(PEER.high(), PEER.low(), PEER.port());
            int length = MediaFrame.HEADER_LENGTH + 160;
            boolean all = frame.wrap(buffer, frameWriter.offset(), length);
            for (int i = 0; i < authenticators.size(); i++) {
                FrameAuthenticator authenticator = authenticators.get(i);
                all &= authenticator.sign(buffer, frameWriter.offset(), length)
                    && authenticator.verify(buffer, frameWriter.offset(), length);
            }
            return all;
        });
    }

    private static UnsafeBuffer packet(String name) {
        return HexFile.direct(HexFile.read(name + ".hex"));
    }

    private static void shouldAllocateNothing(BooleanSupplier step) {
        AllocationMeter.assertAllocatesNothing(step, ITERATIONS, NOISE_BYTES);
    }
}
