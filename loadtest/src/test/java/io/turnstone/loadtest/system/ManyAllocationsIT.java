package io.turnstone.loadtest.system;

import static io.turnstone.loadtest.system.Steps.letFlow;
import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Stun;
import io.turnstone.loadtest.client.StunMessage;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.JvmHeap;
import io.turnstone.loadtest.server.TurnstoneNode;
import io.turnstone.loadtest.server.UdpSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many allocations on one node, each with a socket: all are made, what each costs is known, each ends when its lifetime does. */
@Timeout(240)
class ManyAllocationsIT {
    private static final int IN_FLIGHT_MAX = 32;
    private static final long POLL_MS = 50;
    private static final double EARLY_SECONDS_MAX = 0.1;
    /** How long after its deadline an allocation may end on a machine that is busy with this test. */
    private static final double LATE_SECONDS_MAX = 3;

    private final List<StunMessage> answers = new ArrayList<>();
    private double firstSeconds;
    private double madeSeconds;

    @Test
    void shouldMakeAndExpireFifteenHundredAllocations() throws IOException {
        assertAllocations(1_500, 10, 30);
    }

    @Test
    @Tag("full")
    void shouldMakeFifteenThousandAllocationsInAMinute() throws IOException {
        assertAllocations(15_000, 90, 60);
    }

    private void assertAllocations(int count, int lifetimeSeconds, int makeSecondsMax) throws IOException {
        int relayPorts = count + count / 10;
        int firstPort = FreePorts.range(relayPorts);
        try (TurnstoneNode node = TurnstoneNode.startAt(firstPort, relayPorts, Tools.ARTEFACTS, "--relay-sockets",
            "port",
            "--config", configuration(lifetimeSeconds).toString()); ClientLoop loop = ClientLoop.start()) {
            long heapBefore = JvmHeap.usedBytes(node);
            double cpuBefore = node.process().cpuSeconds();

            allocate(loop, node, count);

            double cpuSeconds = node.process().cpuSeconds() - cpuBefore;
            assertThat(answers).hasSize(count)
                .allSatisfy(answer -> assertThat(answer.integer(Stun.LIFETIME)).isEqualTo(lifetimeSeconds));
            assertThat(answers.stream().map(Steps::relayedAddress).distinct()).hasSize(count);
            assertThat(UdpSockets.bound(firstPort, relayPorts)).as("open relay sockets").isEqualTo(count);
            assertThat(madeSeconds - firstSeconds).as("seconds to make them").isLessThan(makeSecondsMax);
            report(node, count, cpuSeconds, JvmHeap.usedBytes(node) - heapBefore);
            assertExpiry(firstPort, relayPorts, count, lifetimeSeconds);
        }
    }

    private void allocate(ClientLoop loop, TurnstoneNode node, int count) {
        Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
        List<CompletableFuture<StunMessage>> pending = new ArrayList<>();
        firstSeconds = nowSeconds();
        for (int i = 0; i < count; i++) {
            inFlight.acquireUninterruptibly();
            CompletableFuture<StunMessage> answer = loop.client(node.address(), node.credentials()).allocate();
            pending.add(answer.whenComplete((message, failure) -> inFlight.release()));
        }
        pending.forEach(answer -> answers.add(answer.join()));
        madeSeconds = nowSeconds();
    }

    private void assertExpiry(int firstPort, int relayPorts, int count, int lifetimeSeconds) {
        double firstEnded = 0;
        int open = count;
        while (open > 0 && nowSeconds() < madeSeconds + lifetimeSeconds + LATE_SECONDS_MAX) {
            open = UdpSockets.bound(firstPort, relayPorts);
            firstEnded = open < count && firstEnded == 0 ? nowSeconds() : firstEnded;
            letFlow(POLL_MS);
        }
        assertThat(open).as("relay sockets open %s s after the last deadline", LATE_SECONDS_MAX).isZero();
        assertThat(firstEnded).as("when the first allocation ended")
            .isGreaterThan(firstSeconds + lifetimeSeconds - EARLY_SECONDS_MAX);
    }

    /** Short lifetimes, and challenges for all: every client of this test comes from one IP address. */
    private static Path configuration(int lifetimeSeconds) throws IOException {
        Path file = Files.createDirectories(Tools.ARTEFACTS).resolve("many-allocations.conf");
        return Files.writeString(file, """
            turnstone.turn.default-lifetime = %d s
            turnstone.forwarding.unauthenticated-answers-per-second = 100000
            """.formatted(lifetimeSeconds));
    }

    private void report(TurnstoneNode node, int count, double cpuSeconds, long heapBytes) throws IOException {
        double seconds = madeSeconds - firstSeconds;
        String text = String.format(Locale.ROOT,
            "%d allocations in %.1f s (%.0f per second), %.1f ms CPU per thousand, %d B of heap each, resident %d MiB%n",
            count, seconds, count / seconds, cpuSeconds * 1e6 / count, heapBytes / count,
            node.process().residentBytes() >> 20);
        Files.writeString(Tools.ARTEFACTS.resolve("many-allocations-" + count + ".txt"), text);
        assertThat(heapBytes).as(text).isLessThan(64L * 1_024 * count);
    }

    private static double nowSeconds() {
        return System.nanoTime() / 1e9;
    }
}
