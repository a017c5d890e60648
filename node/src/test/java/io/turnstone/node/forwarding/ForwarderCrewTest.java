package io.turnstone.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.fabric.FabricPublisher;
import io.turnstone.node.fabric.WakeablePause;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.transport.DatagramIo;
import io.turnstone.node.transport.DatagramLayer;
import io.turnstone.node.transport.DatagramSockets;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.node.transport.SocketSettings;
import io.turnstone.node.transport.Sockets;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.stun.StunType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.AgentRunner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two forwarders on real sockets and threads, asked by Binding requests, which each answers by itself. */
@Timeout(60)
class ForwarderCrewTest {
    private static final TransportAddress ANY = TransportAddress.parse("127.0.0.1:0");
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    /** So many clients that hardly all of them are given to one of two forwarders. */
    private static final int CLIENTS = 32;

    private final List<AgentRunner> runners = new ArrayList<>();
    private final List<DatagramChannel> clients = new ArrayList<>();
    private final ByteBuffer answer = ByteBuffer.allocateDirect(1500);
    private final ByteBuffer request = ByteBuffer.wrap(PathFixture.stun(StunType.BINDING_REQUEST, writer -> {}));
    private final List<PacketThread> forwarders = new ArrayList<>();
    private final CountingLane lane = new CountingLane();
    private Sockets sockets;
    private HandThread hand;
    private HandThread laneHand;

    @BeforeEach
    void start() throws IOException {
        assumeThat(DatagramLayer.best()).isEqualTo(DatagramLayer.LINUX);
        SocketSettings settings = new SocketSettings(DatagramLayer.LINUX, 2, 1 << 20, 0, true, false);
        sockets = DatagramSockets.open(List.of(ServiceAddress.of(ANY)), settings);
        Fib fib = new Fib(2, false);
        ForwarderCrew crew = new ForwarderCrew(
            List.of(forwarder(0, fib), forwarder(1, fib)), List.of(lane), System::nanoTime,
            ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
        hand = (HandThread) crew.threads().get(1);
        laneHand = (HandThread) crew.threads().get(2);
        for (CrewThread thread : crew.threads()) {
            AgentRunner runner = new AgentRunner(thread, e -> {
                throw new AssertionError(e);
            }, null, thread);
            runners.add(runner);
            AgentRunner.startOnThread(runner);
        }
        for (int i = 0; i < CLIENTS; i++) {
            DatagramChannel client = DatagramChannel.open().bind(ANY.toInetSocketAddress());
            client.configureBlocking(false);
            clients.add(client);
        }
    }

    private ForwarderAgent forwarder(int number, Fib fib) {
        Nonces nonces = new Nonces(ClusterKeys.ofSecrets(List.of("secret")), 600_000, new Random(number));
        PacketThread thread = new PacketThread(number, number, sockets.io(number), FabricPublisher.NONE, nonces);
        forwarders.add(thread);
        PuntQueue punts = new PuntQueue(1 << 16, () -> {});
        PathSettings settings = new PathSettings("turnstone", false, 1, 100_000_000, PathSettings.Balancer.NONE, false);
        PacketPath path = new PacketPath(sockets, fib, punts, settings, thread);
        return new ForwarderAgent(thread, sockets, path, System::currentTimeMillis);
    }

    @AfterEach
    void stop() throws IOException {
        runners.forEach(AgentRunner::close);
        assertThat(lane.closed).isTrue();
        for (DatagramChannel client : clients) {
            client.close();
        }
        if (sockets != null) {
            sockets.close();
        }
    }

    private void ask() throws IOException {
        InetSocketAddress service = sockets.listeners().getFirst().local().toInetSocketAddress();
        for (DatagramChannel client : clients) {
            client.send(request.rewind(), service);
        }
    }

    private int answers() throws IOException {
        int count = 0;
        for (DatagramChannel client : clients) {
            while (client.receive(answer.clear()) != null) {
                count++;
            }
        }
        return count;
    }

    private void everyClientIsAnswered() throws IOException {
        ask();
        int count = 0;
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (count < CLIENTS && System.nanoTime() < deadlineNs) {
            count += answers();
        }
        assertThat(count).isEqualTo(CLIENTS);
        assertThat(forwarders)
            .allSatisfy(
                each -> assertThat(each.counters().path().get(ForwardingCounter.BINDING_ANSWERED)).isPositive());
    }

    private static boolean within(BooleanSupplier what) throws InterruptedException {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!what.getAsBoolean() && System.nanoTime() < deadlineNs) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return what.getAsBoolean();
    }

    @Test
    void shouldRunAllOnOneThreadWhileThereIsLittleToDo() throws Exception {
        everyClientIsAnswered();
        assertThat(within(hand::isLent)).isTrue();
        everyClientIsAnswered();
    }

    @Test
    void shouldSpreadWhileThereIsMuchToDoAndGatherAgain() throws Exception {
        assertThat(within(hand::isLent)).isTrue();
        assertThat(within(laneHand::isLent)).isTrue();
        lane.busy = true;
        lane.pause.wakeUp();
        assertThat(within(() -> !hand.isLent() && !laneHand.isLent())).isTrue();
        everyClientIsAnswered();
        lane.busy = false;
        assertThat(within(hand::isLent)).isTrue();
        everyClientIsAnswered();
    }

    @Test
    void shouldRunALaneOnTheSameThreadAndWakeForIt() throws Exception {
        assertThat(within(laneHand::isLent)).isTrue();
        assertThat(within(() -> lane.thread == lane.lead)).isTrue();
        int before = lane.turns.get();
        lane.pause.wakeUp();
        assertThat(within(() -> lane.turns.get() > before)).isTrue();
    }

    @Test
    void shouldLeaveALaneToItsOwnThreadWhichCannotJoin() throws Exception {
        lane.joins = false;
        assertThat(within(hand::isLent)).isTrue();
        assertThat(within(() -> !laneHand.isLent() && lane.refusals.get() > 0)).isTrue();
        int before = lane.turns.get();
        lane.pause.wakeUp();
        assertThat(within(() -> lane.turns.get() > before)).isTrue();
        assertThat(lane.refusals.get()).isOne();
    }

    /** Counts its turns, and who makes them; rests as lanes do; once another thread runs it, only a call makes it due. */
    private static final class CountingLane implements CrewMember {
        private final WakeablePause pause = new WakeablePause(Duration.ofMillis(20), Duration.ZERO);
        private final AtomicInteger turns = new AtomicInteger();
        private final AtomicInteger refusals = new AtomicInteger();
        private volatile boolean joins = true;
        private volatile boolean busy;
        private volatile boolean closed;
        private volatile @Nullable Thread thread;
        private volatile @Nullable Thread lead;

        @Override
        public String roleName() {
            return "lane";
        }

        @Override
        public int doWork() {
            thread = Thread.currentThread();
            turns.incrementAndGet();
            long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
            while (busy && System.nanoTime() < endNs) {
                Thread.onSpinWait();
            }
            return busy ? 1 : 0;
        }

        @Override
        public boolean isDue(long nowNs) {
            return pause.isDue() || busy;
        }

        @Override
        public void idle(int workCount) {
            pause.idle(workCount);
        }

        @Override
        public long gatherNs() {
            return 0;
        }

        @Override
        public long longestRestNs() {
            return TimeUnit.SECONDS.toNanos(20);
        }

        @Override
        public boolean join(DatagramIo io) {
            if (!joins || !pause.goTo(io)) {
                refusals.incrementAndGet();
                return false;
            }
            lead = Thread.currentThread();
            return true;
        }

        @Override
        public void leave(DatagramIo io) {
            pause.comeBack(io);
        }

        @Override
        public void close() {
            pause.close();
            closed = true;
        }
    }
}
