package io.turnstone.node;

import io.turnstone.config.Settings;
import io.turnstone.node.auth.ClusterKeys;
import io.turnstone.node.auth.RevokedCalls;
import io.turnstone.node.cluster.ClusterRuntime;
import io.turnstone.node.doors.DoorServer;
import io.turnstone.node.fabric.WakeablePause;
import io.turnstone.node.operations.AdminServer;
import io.turnstone.node.operations.CallRecords;
import io.turnstone.node.punt.PuntQueue;
import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.transport.DatagramLayer;
import io.turnstone.node.transport.DatagramSockets;
import io.turnstone.node.transport.ServiceAddress;
import io.turnstone.node.transport.SocketSettings;
import io.turnstone.node.transport.Sockets;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.AgentRunner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: builds every part, hands out clock and randomness, starts and stops the threads. Nobody else does.
 *
 * <p>It owns sockets, forwarding and fabric; the ActorSystem is a part that {@link ClusterRuntime} replaces when it ends.
 */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final int PUNT_BYTES = 1 << 23;
    /** How long the control thread rests that has no fabric: what is to be done at once wakes it. */
    private static final Duration ALONE_PAUSE = Duration.ofMillis(50);

    private final Sockets sockets;
    private final ForwardingPlane forwarding;
    private final GatheredRelays gathered;
    private final WakeablePause pause;
    private final AgentRunner control;
    private final ClusterRuntime cluster;
    private final @Nullable SignalingPart signaling;
    private final @Nullable DoorServer doors;
    private final AdminServer admin;
    private final @Nullable CallRecords records;
    private final NodeDrain drain;

    private Node(Settings settings, Sockets sockets) {
        this.sockets = sockets;
        NodeClock clock = new NodeClock();
        RandomGenerator random = new SecureRandom();
        Failures failures = new Failures(clock);
        ClusterKeys keys = NodeParts.keys(settings);
        NodeDescriptor self = NodeAddresses.descriptor(incarnation(random), settings, sockets.listeners());
        pause = new WakeablePause(
            settings.fabric().address().isPresent() ? settings.fabric().idlePark() : ALONE_PAUSE,
            settings.fabric().latencyBudget());
        Inbox inbox = new Inbox(pause::wakeUp);
        PuntQueue punts = new PuntQueue(PUNT_BYTES, pause::wakeUp);
        forwarding = new ForwardingPlane(
            settings,
            self.incarnation(),
            keys,
            sockets,
            new ForwardingPlane.Parts(clock, random, failures, punts));
        gathered = GatheredRelays.open(settings, sockets, NodeParts.filesForRelays() / 2);
        SignalingPeers signalingPeers = new SignalingPeers(self, inbox);
        RevokedCalls revoked = NodeParts.revokedCalls(settings);
        ControlPlane plane = new ControlPlane(
            settings,
            self,
            sockets,
            forwarding,
            new ControlPlane.Shared(clock, random, failures, inbox, pause, keys, signalingPeers, revoked));
        SessionsPart sessions = new SessionsPart(self, plane, revoked, inbox, clock);
        signaling = settings.signaling().domain().isEmpty()
            ? null
            : SignalingPart.open(
                settings,
                new SignalingPart.Shared(self.incarnation(), keys, signalingPeers, sessions.sharded(), clock, random,
                    failures));
        if (signaling != null) {
            sessions.held(signaling.calls());
            sessions.rooms(signaling::onRoomTold);
        }
        doors = DoorParts.open(settings, clock, random);
        NodeState state = new NodeState(
            new NodeState.Parts(plane, forwarding, sockets, punts, sessions, signaling, doors), failures, inbox,
            clock);
        control = new AgentRunner(pause, failures, null, plane.agent(punts, () -> {
            state.tellReady();
            sessions.doWork();
        }));
        cluster = new ClusterRuntime(
            NodeParts.cluster(settings), self, sessions.with(plane.clusterParts()), sessions, inbox);
        plane.members().giveWay(cluster::giveWayTo);
        drain = new NodeDrain(
            plane.members(),
            new NodeDrain.Steps(this::disconnect, cluster::close, this::closeWithAllOthers),
            settings.drain().balancerTime(),
            settings.cluster().heartbeatInterval());
        admin = AdminServer.start(settings.admin(), state, drain, clock);
        sessions.events(admin.callEvents());
        records = openRecords(settings, admin, state);
        if (records != null) {
            sessions.records(records);
        }
    }

    /**
     * Starts a node. Returns when its sockets are open; ready it is later, as {@code /ready} says.
     *
     * @throws IllegalStateException in one line, when an address cannot be used
     */
    public static Node start(Settings settings) {
        Sockets sockets = open(settings);
        try {
            Node node = new Node(settings, sockets);
            node.start();
            LOG.info("Listening on {} by {}", sockets.listeners().stream().map(ServiceAddress::local).toList(),
                sockets.layer().label());
            return node;
        } catch (RuntimeException failed) {
            sockets.close();
            throw failed;
        }
    }

    private static @Nullable CallRecords openRecords(Settings settings, AdminServer admin, NodeState state) {
        try {
            return settings.signaling()
                .callRecords()
                .map(file -> admin.callRecords(Path.of(file), state::nodeName))
                .orElse(null);
        } catch (RuntimeException refused) {
            admin.close();
            throw refused;
        }
    }

    private static Sockets open(Settings settings) {
        try {
            return DatagramSockets.open(
                NodeAddresses.serviceAddresses(settings),
                new SocketSettings(
                    layer(settings),
                    settings.forwarding().forwardersOrCores(),
                    (int) settings.forwarding().socketBuffer().bytes(),
                    settings.forwarding().latencyBudget().toNanos(),
                    !KernelPart.isOn(settings.forwarding().kernelForwarding()),
                    settings.fabric().address().isPresent()));
        } catch (IOException failed) {
            throw new IllegalStateException("turnstone.listen: " + failed.getMessage(), failed);
        }
    }

    static DatagramLayer layer(Settings settings) {
        return switch (settings.forwarding().datagramIo()) {
            case AUTO -> DatagramLayer.best();
            case NIO -> DatagramLayer.NIO;
            case LINUX -> requireLinux();
        };
    }

    private static DatagramLayer requireLinux() {
        if (DatagramLayer.best() != DatagramLayer.LINUX) {
            throw new IllegalStateException(
                "turnstone.forwarding.datagram-io = linux: this machine is no 64-bit Linux on x86 or ARM; use auto or nio");
        }
        return DatagramLayer.LINUX;
    }

    private void start() {
        AgentRunner.startOnThread(control);
        forwarding.start();
        if (signaling != null) {
            signaling.start();
        }
        cluster.start();
    }

    private static long incarnation(RandomGenerator random) {
        long incarnation = random.nextLong();
        return incarnation == 0 ? 1 : incarnation;
    }

    /** Begins to end such that live calls feel nothing; {@link #awaitDrained} tells when that is done. Any thread. */
    void drain() {
        drain.begin();
    }

    /** Waits until somebody has drained this node and it has closed. */
    void awaitDrained() {
        drain.await();
    }

    /** Leaves the cluster, then stops the threads and closes the sockets. */
    @Override
    public void close() {
        closeAdmin();
        cluster.close();
        closeForwarding();
    }

    private CompletableFuture<Void> disconnect() {
        return signaling == null ? CompletableFuture.completedFuture(null) : signaling.disconnect();
    }

    /** Closes without leaving the cluster: for when all its nodes end, and none is left to hand anything over to. */
    void closeWithAllOthers() {
        closeAdmin();
        closeForwarding();
    }

    private void closeAdmin() {
        if (records != null) {
            records.close();
        }
        admin.close();
    }

    private void closeForwarding() {
        if (doors != null) {
            doors.close();
        }
        if (signaling != null) {
            signaling.close();
        }
        forwarding.close();
        control.close();
        forwarding.kernel().close();
        gathered.close();
        pause.close();
        sockets.close();
    }
}
