package io.turnstone.node.fabric;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.status.SystemCounterDescriptor;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.SetupFlyweight;
import java.net.InetSocketAddress;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/** Hands what has come for a receiving endpoint to its driver. The thread that drives it. */
final class PacketDispatch {
    private final ReceiveChannelEndpoint endpoint;
    private final ErrorHandler errors;
    private final AtomicCounter bytesReceived;
    private final AtomicCounter invalidPackets;
    private final UnsafeBuffer packet = new UnsafeBuffer();
    private final DataHeaderFlyweight data = new DataHeaderFlyweight();
    private final SetupFlyweight setup = new SetupFlyweight();
    private final RttMeasurementFlyweight rtt = new RttMeasurementFlyweight();

    PacketDispatch(ReceiveChannelEndpoint endpoint, MediaDriver.Context context) {
        this.endpoint = endpoint;
        errors = context.countedErrorHandler();
        bytesReceived = context.systemCounters().get(SystemCounterDescriptor.BYTES_RECEIVED);
        invalidPackets = context.systemCounters().get(SystemCounterDescriptor.INVALID_PACKETS);
    }

    /** @param each length of every datagram but the last, which may be shorter */
    void onTrain(UnsafeBuffer train, int length, int each, InetSocketAddress source) {
        bytesReceived.getAndAddRelease(length);
        for (int offset = 0; offset < length;) {
            int end = endOfRun(train, offset, length, each);
            packet.wrap(train, offset, end - offset);
            onPacket(end - offset, source);
            offset = end;
        }
    }

    /**
     * Datagrams of which each continues its predecessor in one term of one stream are one packet of frames, as one large
     * datagram would be.
     *
     * @return where the run ends that begins at {@code offset}
     */
    private static int endOfRun(UnsafeBuffer train, int offset, int length, int each) {
        int end = offset + Math.min(each, length - offset);
        while (end < length && isData(train, offset, end - offset)) {
            int next = Math.min(each, length - end);
            if (!isData(train, end, next) || !continues(train, offset, end)) {
                break;
            }
            end += next;
        }
        return end;
    }

    private static boolean isData(UnsafeBuffer train, int offset, int length) {
        return length > DataHeaderFlyweight.HEADER_LENGTH
            && FrameDescriptor.frameVersion(train, offset) == HeaderFlyweight.CURRENT_VERSION
            && FrameDescriptor.frameType(train, offset) == HeaderFlyweight.HDR_TYPE_DATA;
    }

    private static boolean continues(UnsafeBuffer train, int first, int next) {
        return DataHeaderFlyweight.sessionId(train, first) == DataHeaderFlyweight.sessionId(train, next)
            && DataHeaderFlyweight.streamId(train, first) == DataHeaderFlyweight.streamId(train, next)
            && DataHeaderFlyweight.termId(train, first) == DataHeaderFlyweight.termId(train, next)
            && DataHeaderFlyweight.termOffset(train, first) + next - first == DataHeaderFlyweight
                .termOffset(train, next);
    }

    private void onPacket(int length, InetSocketAddress source) {
        try {
            if (endpoint.isValidFrame(packet, length)) {
                switch (FrameDescriptor.frameType(packet, 0)) {
                    case HeaderFlyweight.HDR_TYPE_DATA, HeaderFlyweight.HDR_TYPE_PAD -> {
                        if (isComplete(length, DataHeaderFlyweight.HEADER_LENGTH)) {
                            data.wrap(packet);
                            endpoint.onDataPacket(data, packet, length, source, 0);
                        }
                    }
                    case HeaderFlyweight.HDR_TYPE_SETUP -> {
                        if (isComplete(length, SetupFlyweight.HEADER_LENGTH)) {
                            setup.wrap(packet);
                            endpoint.onSetupMessage(setup, packet, length, source, 0);
                        }
                    }
                    case HeaderFlyweight.HDR_TYPE_RTTM -> {
                        if (isComplete(length, RttMeasurementFlyweight.HEADER_LENGTH)) {
                            rtt.wrap(packet);
                            endpoint.onRttMeasurement(rtt, packet, length, source, 0);
                        }
                    }
                    default -> invalidPackets.increment();
                }
            }
        } catch (RuntimeException refused) {
            errors.onError(refused);
        }
    }

    private boolean isComplete(int length, int lengthMin) {
        if (length < lengthMin) {
            invalidPackets.increment();
        }
        return length >= lengthMin;
    }
}
