package io.turnstone.node.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.protocol.fabric.MediaFrame;
import io.turnstone.protocol.fabric.MediaFrameWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(60)
class FabricLaneIT {
    private static final int PAYLOAD_BYTES = 1200;
    private static final int AERON_VERSION_OFFSET = 4;
    private static final int AERON_TYPE_OFFSET = 6;
    private static final int FRAME_BYTES = MediaFrame.HEADER_LENGTH + PAYLOAD_BYTES;

    @Test
    void shouldDeliverTheFramesOfTwoThreads() throws InterruptedException {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            int number = FabricNode.introduce(a, b);
            Thread one = Thread.ofPlatform().start(() -> publish(a, number, 1, 2000));
            Thread two = Thread.ofPlatform().start(() -> publish(a, number, 2, 2000));
            FabricNode.drive(() -> b.framesReceived >= 4000, a, b);
            one.join();
            two.join();

            assertThat(b.framesReceived).isEqualTo(4000);
            assertThat(b.frameBytesReceived).isEqualTo(4000L * FRAME_BYTES);
            assertThat(b.view(a).media().framesReceived()).isEqualTo(4000);
            assertThat(a.view(b).media().framesSent()).isEqualTo(4000);
            assertThat(b.total(FabricCounter.BAD_TAGS)).isZero();
            FabricNode.drive(() -> b.total(FabricCounter.AERON_BYTES_RECEIVED) > 4000L * FRAME_BYTES, a, b);
        }
    }

    @Test
    void shouldAllocateNothingPerFrameOnceCompiled() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            int number = FabricNode.introduce(a, b);
            FabricPublisher publisher = FabricPublisher.over(List.of(a.lane), FabricNode.KEYS);
            MutableDirectBuffer frame = frame(11, 7, PAYLOAD_BYTES);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            int frames = 20_000;
            long allocated = Long.MAX_VALUE;
            // a few objects per upkeep and count are allocated by time, not by frame
            for (int round = 0; round < 20 && allocated >= frames; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                sendAndReceive(a, b, publisher, number, frame, frames);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated).isLessThan(frames);
        }
    }

    private static void sendAndReceive(
        FabricNode a, FabricNode b, FabricPublisher publisher, int number, MutableDirectBuffer frame, int count) {
        long target = b.framesReceived + count;
        long sent = 0;
        while (b.framesReceived < target) {
            while (sent < count && publisher.offer(number, frame, 0, FRAME_BYTES) == FabricOutcome.SENT) {
                sent++;
            }
            long nowNs = System.nanoTime();
            a.lane.doWork(nowNs);
            b.lane.doWork(nowNs);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldMoveInOneTurnWhatWasOffered() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            int number = FabricNode.introduce(a, b);
            publish(a, number, 7, 100);
            long nowNs = System.nanoTime();

            a.lane.doWork(nowNs);
            b.lane.doWork(nowNs);

            assertThat(b.framesReceived).isEqualTo(100);
        }
    }

    @Test
    void shouldDropPacketsThatAreNotAerons() throws IOException {
        try (FabricNode a = FabricNode.start(11);
            FabricNode b = FabricNode.start(22);
            DatagramSocket stranger = new DatagramSocket()) {
            int number = FabricNode.introduce(a, b);
            Random random = new Random(1);
            for (int i = 0; i < 2000; i++) {
                byte[] bytes = new byte[random.nextInt(100)];
                random.nextBytes(bytes);
                if (bytes.length > AERON_TYPE_OFFSET) {
                    bytes[AERON_VERSION_OFFSET] = 0;
                    bytes[AERON_TYPE_OFFSET] = (byte) random.nextInt(8);
                    bytes[AERON_TYPE_OFFSET + 1 < bytes.length ? AERON_TYPE_OFFSET + 1 : AERON_TYPE_OFFSET] = 0;
                }
                stranger.send(new DatagramPacket(bytes, bytes.length, b.settings.lane(0)));
                b.turn();
            }
            FabricNode.drive(() -> b.total(FabricCounter.AERON_INVALID_PACKETS) > 0, a, b);
            publish(a, number, 7, 100);
            FabricNode.drive(() -> b.framesReceived == 100, a, b);
        }
    }

    @Test
    void shouldDeliverAFrameOfManyPackets() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            int number = FabricNode.introduce(a, b);
            FabricPublisher publisher = FabricPublisher.over(List.of(a.lane), FabricNode.KEYS);
            int length = FabricSettings.FRAME_BYTES_MAX;
            MutableDirectBuffer frame = frame(11, 7, length);
            assertThat(publisher.offer(number, frame, 0, length)).isEqualTo(FabricOutcome.SENT);
            assertThat(publisher.offer(number, frame, 0, length + 1)).isEqualTo(FabricOutcome.MALFORMED);
            FabricNode.drive(() -> b.framesReceived == 1, a, b);
            assertThat(b.frameBytesReceived).isEqualTo(length);
        }
    }

    @Test
    void shouldTellWhyAFrameIsNotSent() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            FabricPublisher publisher = FabricPublisher.over(List.of(a.lane), FabricNode.KEYS);
            MutableDirectBuffer frame = frame(11, 7, PAYLOAD_BYTES);
            assertThat(publisher.offer(1, frame, 0, FRAME_BYTES)).isEqualTo(FabricOutcome.NO_SUCH_NODE);
            assertThat(publisher.offer(-1, frame, 0, FRAME_BYTES)).isEqualTo(FabricOutcome.NO_SUCH_NODE);
            assertThat(publisher.offer(1, frame, 0, MediaFrame.HEADER_LENGTH - 1)).isEqualTo(FabricOutcome.MALFORMED);

            int number = a.meet(b);
            a.turn();
            assertThat(publisher.offer(number, frame, 0, FRAME_BYTES)).isEqualTo(FabricOutcome.NOT_CONNECTED);
            FabricNode.introduce(a, b);
            Set<FabricOutcome> outcomes = EnumSet.noneOf(FabricOutcome.class);
            for (int i = 0; i < 2000; i++) {
                outcomes.add(publisher.offer(number, frame, 0, FRAME_BYTES));
            }
            assertThat(outcomes).containsExactlyInAnyOrder(FabricOutcome.SENT, FabricOutcome.BACK_PRESSURED);
            assertThat(a.view(b).media().framesBackPressured()).isPositive();

            a.lane.close();
            assertThat(publisher.offer(number, frame, 0, FRAME_BYTES)).isEqualTo(FabricOutcome.CLOSED);
            a.control.removePeer(22);
            assertThat(a.control.nodeNumber(22)).isEqualTo(FabricControl.NO_NODE);
        }
        assertThat(FabricPublisher.over(List.of(), FabricNode.KEYS)).isSameAs(FabricPublisher.NONE);
    }

    @Test
    void shouldDropFramesThatAnotherKeySigned() {
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            int number = FabricNode.introduce(a, b);
            FabricPublisher forger = FabricPublisher.over(List.of(a.lane), ClusterKeys.ofSecrets(List.of("another")));
            forger.offer(number, frame(11, 7, PAYLOAD_BYTES), 0, FRAME_BYTES);
            FabricNode.drive(() -> b.total(FabricCounter.BAD_TAGS) == 1, a, b);
            assertThat(b.framesReceived).isZero();
            assertThat(b.view(a).badTags()).isEqualTo(1);
        }
    }

    @Test
    void shouldSurviveRebuildsWhileOthersPublish() throws InterruptedException {
        AtomicBoolean running = new AtomicBoolean(true);
        try (FabricNode a = FabricNode.start(11, settings -> settings.withClientLivenessMs(1200));
            FabricNode b = FabricNode.start(22)) {
            int number = FabricNode.introduce(a, b);
            Thread one = Thread.ofPlatform().start(() -> publishUntilStopped(a, number, 1, running));
            Thread two = Thread.ofPlatform().start(() -> publishUntilStopped(a, number, 2, running));
            try {
                for (int round = 1; round <= 2; round++) {
                    long rebuilds = 2L * round;
                    standStill(1300);
                    FabricNode.drive(() -> a.total(FabricCounter.REBUILDS) >= rebuilds, a, b);
                    long received = b.framesReceived;
                    FabricNode.drive(() -> b.framesReceived > received + 100, a, b);
                }
            } finally {
                running.set(false);
                one.join();
                two.join();
            }
        }
    }

    @Test
    void shouldSurviveTheRemovalOfAPeerWhileOthersPublish() throws InterruptedException {
        AtomicBoolean running = new AtomicBoolean(true);
        try (FabricNode a = FabricNode.start(11); FabricNode b = FabricNode.start(22)) {
            int number = FabricNode.introduce(a, b);
            Thread one = Thread.ofPlatform().start(() -> publishUntilStopped(a, number, 1, running));
            try {
                FabricNode.drive(() -> b.framesReceived > 100, a, b);
                a.control.removePeer(22);
                FabricNode.driveFor(200, a, b);
                long received = b.framesReceived;
                FabricNode.driveFor(200, a, b);
                assertThat(b.framesReceived).isEqualTo(received);
            } finally {
                running.set(false);
                one.join();
            }
        }
    }

    private static void publish(FabricNode from, int number, long allocationId, int count) {
        FabricPublisher publisher = FabricPublisher.over(List.of(from.lane), FabricNode.KEYS);
        MutableDirectBuffer frame = frame(from.incarnation, allocationId, PAYLOAD_BYTES);
        for (int sent = 0; sent < count;) {
            if (publisher.offer(number, frame, 0, FRAME_BYTES) == FabricOutcome.SENT) {
                sent++;
            } else {
                LockSupport.parkNanos(100_000);
            }
        }
    }

    private static void publishUntilStopped(FabricNode from, int number, long allocationId, AtomicBoolean running) {
        FabricPublisher publisher = FabricPublisher.over(List.of(from.lane), FabricNode.KEYS);
        MutableDirectBuffer frame = frame(from.incarnation, allocationId, PAYLOAD_BYTES);
        while (running.get()) {
            publisher.offer(number, frame, 0, FRAME_BYTES);
            LockSupport.parkNanos(50_000);
        }
    }

    private static MutableDirectBuffer frame(long incarnation, long allocationId, int payloadLength) {
        MutableDirectBuffer frame = new UnsafeBuffer(new byte[MediaFrame.HEADER_LENGTH + payloadLength]);
        new MediaFrameWriter().begin(frame, MediaFrame.HEADER_LENGTH, MediaFrame.KIND_TO_PEER)
            .incarnation(incarnation)
            .allocation(allocationId, 1)
            .peer(0, 0xFFFF_C000_0201L, 9);
        return frame;
    }

    private static void standStill(long milliseconds) {
        long endNs = System.nanoTime() + milliseconds * 1_000_000;
        while (System.nanoTime() - endNs < 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
