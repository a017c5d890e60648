package io.turnstone.node;

import io.turnstone.config.Settings;
import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.Nonces;
import io.turnstone.node.fabric.FabricLane;
import io.turnstone.node.fabric.FabricOutcome;
import io.turnstone.node.fabric.FabricPublisher;
import io.turnstone.node.fabric.FabricSettings;
import io.turnstone.node.fabric.WakeablePause;
import io.turnstone.node.fib.Fib;
import io.turnstone.node.forwarding.CrewMember;
import io.turnstone.node.forwarding.ForwarderAgent;
import io.turnstone.node.forwarding.ForwarderCrew;
import io.turnstone.node.forwarding.PacketPath;
import io.turnstone.node.forwarding.PacketThread;
import io.turnstone.node.forwarding.PathCounters;
import io.turnstone.node.forwarding.PathSettings;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.transport.DatagramIo;
import io.turnstone.node.transport.Sockets;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AgentRunner;

/** The tables and threads that move packets: forwarders, and the media lanes of the fabric. Built by {@link Node}. */
final class ForwardingPlane implements AutoCloseable {
    private final Sockets sockets;
    private final Fib fib;
    private final PathSettings pathSettings;
    private final ClusterKeys keys;
    private final Parts parts;
    private final List<FabricLane> lanes = new ArrayList<>();
    private final List<LaneMember> laneMembers = new ArrayList<>();
    private final List<PathCounters> counters = new ArrayList<>();
    private final List<AgentRunner> runners = new ArrayList<>();
    private final List<PasserOn> passersOn = new ArrayList<>();
    private final int kernelThread;
    private final KernelPart kernel;
    private final PathCounters controlCounters = new PathCounters();
    private volatile boolean serving;

    /** What the whole node shares. */
    record Parts(LongSupplier clockMs, RandomGenerator random, ErrorHandler failures, PuntQueue punts) {}

    ForwardingPlane(Settings settings, long incarnation, ClusterKeys keys, Sockets sockets, Parts parts) {
        int laneCount = settings.fabric().address().isPresent() ? settings.fabric().lanesOrCores() : 0;
        this.sockets = sockets;
        this.keys = keys;
        this.parts = parts;
        this.fib = new Fib(
            sockets.forwarders() + laneCount + 1, settings.cluster().returnPath() == Settings.ReturnPath.DIRECT);
        this.kernelThread = sockets.forwarders() + laneCount;
        counters.add(controlCounters);
        this.kernel = KernelPart.open(settings, this, sockets, parts.clockMs());
        this.pathSettings = new PathSettings(
            settings.auth().realm(),
            settings.turn().channelNumbers() == Settings.ChannelNumbers.STRICT,
            incarnation,
            settings.forwarding().unauthenticatedAnswersPerSecond(),
            new PathSettings.Balancer(
                NodeAddresses.prefixes(settings.balancer().trustedProxies()),
                NodeAddresses.prefixes(settings.balancer().probeSources()),
                () -> serving),
            kernel.isOpen());
        Optional<FabricSettings> fabric = NodeAddresses.fabric(settings);
        for (int lane = 0; lane < laneCount; lane++) {
            addLane(settings, fabric.orElseThrow(), lane);
        }
        passersOn.forEach(each -> each.lanes = FabricPublisher.over(lanes, keys));
        List<ForwarderAgent> forwarders = new ArrayList<>();
        for (int forwarder = 0; forwarder < sockets.forwarders(); forwarder++) {
            forwarders.add(newForwarder(settings, forwarder));
        }
        new ForwarderCrew(
            forwarders, laneMembers, System::nanoTime, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime)
            .threads()
            .forEach(each -> runners.add(new AgentRunner(each, parts.failures(), null, each)));
    }

    /** Any thread: whether this node wants more clients, for the balancer's probes. */
    void serving(boolean wantsMore) {
        serving = wantsMore;
    }

    Fib fib() {
        return fib;
    }

    List<FabricLane> lanes() {
        return lanes;
    }

    /** The number under which whoever counts what the kernel forwards counts in the legs' counters. */
    int kernelThread() {
        return kernelThread;
    }

    /** The control thread's. */
    KernelPart kernel() {
        return kernel;
    }

    /** The control thread's, for what the kernel forwards and for answers. */
    PathCounters controlCounters() {
        return controlCounters;
    }

    /** One per packet thread, and one for the kernel. */
    List<PathCounters> counters() {
        return counters;
    }

    void start() {
        runners.forEach(AgentRunner::startOnThread);
    }

    /** Stops the threads, lanes last, so that what was handed to them still leaves. Closes no socket, nor {@link #kernel}. */
    @Override
    public void close() {
        runners.forEach(AgentRunner::close);
    }

    private ForwarderAgent newForwarder(Settings settings, int forwarder) {
        DatagramIo io = sockets.io(forwarder);
        PacketThread thread = new PacketThread(
            forwarder, forwarder, io, FabricPublisher.over(lanes, keys), nonces(settings));
        counters.add(thread.counters());
        return new ForwarderAgent(thread, sockets, path(thread), parts.clockMs());
    }

    /** A lane sends to clients from the listener sockets of a forwarder. */
    private void addLane(Settings settings, FabricSettings fabric, int index) {
        PasserOn passerOn = new PasserOn();
        passersOn.add(passerOn);
        PacketThread thread = new PacketThread(
            sockets.forwarders() + index,
            index % sockets.forwarders(),
            sockets.newSender(),
            passerOn,
            nonces(settings));
        PacketPath path = path(thread);
        WakeablePause pause = new WakeablePause(settings.fabric().idlePark(), settings.fabric().latencyBudget());
        FabricLane lane = new FabricLane(fabric, index, keys, path, pause, System.nanoTime());
        lanes.add(lane);
        counters.add(thread.counters());
        laneMembers
            .add(new LaneMember(index, lane, pause, path, parts.clockMs(), settings.fabric().idlePark().toNanos()));
    }

    private PacketPath path(PacketThread thread) {
        return new PacketPath(sockets, fib, parts.punts(), pathSettings, thread);
    }

    private Nonces nonces(Settings settings) {
        return new Nonces(keys, settings.auth().nonceLifetime().toMillis(), parts.random());
    }

    /** Sends what a lane passes on to a third node; complete when all lanes are there, before any thread starts. */
    private static final class PasserOn implements FabricPublisher {
        private FabricPublisher lanes = NONE;

        @Override
        public FabricOutcome offer(int nodeNumber, MutableDirectBuffer frame, int offset, int length) {
            return lanes.offer(nodeNumber, frame, offset, length);
        }

        @Override
        public void flush() {
            lanes.flush();
        }
    }

    /** A media lane, as the crew runs it. */
    private static final class LaneMember implements CrewMember {
        private final int index;
        private final FabricLane lane;
        private final WakeablePause pause;
        private final PacketPath path;
        private final LongSupplier clockMs;
        private final long restNs;
        private boolean moreToDo;
        private long lastTurnNs;

        LaneMember(int index, FabricLane lane, WakeablePause pause, PacketPath path, LongSupplier clockMs,
            long restNs) {
            this.index = index;
            this.lane = lane;
            this.pause = pause;
            this.path = path;
            this.clockMs = clockMs;
            this.restNs = restNs;
        }

        @Override
        public String roleName() {
            return "fabric-" + index;
        }

        @Override
        public int doWork() {
            path.beginTurn(clockMs.getAsLong());
            int workCount = lane.doWork(System.nanoTime());
            path.endTurn();
            moreToDo = workCount > 0;
            return workCount;
        }

        @Override
        public boolean isDue(long nowNs) {
            if (pause.isDue() || moreToDo || nowNs - lastTurnNs >= restNs) {
                lastTurnNs = nowNs;
                return true;
            }
            return false;
        }

        @Override
        public void idle(int workCount) {
            pause.idle(workCount);
        }

        @Override
        public long gatherNs() {
            return pause.gatherNs();
        }

        @Override
        public long longestRestNs() {
            return restNs;
        }

        @Override
        public boolean join(DatagramIo lead) {
            return pause.goTo(lead);
        }

        @Override
        public void leave(DatagramIo lead) {
            pause.comeBack(lead);
        }

        @Override
        public void close() {
            lane.close();
            pause.close();
        }
    }
}
