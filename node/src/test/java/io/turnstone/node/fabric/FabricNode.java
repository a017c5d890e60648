package io.turnstone.node.fabric;

import io.turnstone.node.auth.ClusterKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A node's fabric on loopback, driven by hand: a control lane and one media lane, and what arrived at them. */
final class FabricNode implements AutoCloseable {
    static final ClusterKeys KEYS = ClusterKeys.ofSecrets(List.of("one"));

    final long incarnation;
    final FabricSettings settings;
    private final WakeablePause pause = new WakeablePause(Duration.ofMillis(1), Duration.ZERO);
    private final WakeablePause lanePause = new WakeablePause(Duration.ofMillis(1), Duration.ZERO);
    final FabricLane lane;
    final FabricControl control;
    final List<String> messages = new ArrayList<>();
    long framesReceived;
    long frameBytesReceived;

    FabricNode(long incarnation, FabricSettings settings, ClusterKeys keys) {
        this.incarnation = incarnation;
        this.settings = settings;
        lane = new FabricLane(settings, 0, keys, (buffer, offset, length) -> {
            framesReceived++;
            frameBytesReceived += length;
        }, lanePause, System.nanoTime());
        control = new FabricControl(settings, incarnation, keys, List.of(lane), (peer, buffer, offset, length) -> {
            byte[] bytes = new byte[length];
            buffer.getBytes(offset, bytes);
            messages.add(peer + " " + new String(bytes, StandardCharsets.US_ASCII));
        }, pause, System.nanoTime());
    }

    static FabricNode start(long incarnation) {
        return start(incarnation, settings -> settings);
    }

    static FabricNode start(long incarnation, UnaryOperator<FabricSettings> change) {
        return new FabricNode(incarnation, change.apply(settings("127.0.0.1")), KEYS);
    }

    /** Settings with two adjacent ports that were free a moment ago. */
    static FabricSettings settings(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            try (DatagramSocket control = new DatagramSocket(0, address);
                DatagramSocket lane = new DatagramSocket(control.getLocalPort() + 1, address)) {
                return FabricSettings.defaults(new InetSocketAddress(address, lane.getLocalPort() - 1));
            }
        } catch (BindException portTaken) {
            return settings(host);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    int meet(FabricNode other) {
        return meet(other, true);
    }

    int meet(FabricNode other, boolean knowsNh) {
        return control.addPeer(
            other.incarnation, other.settings.control(), List.of(other.settings.lane(0)), knowsNh);
    }

    boolean send(FabricNode other, String message) {
        return control.send(other.incarnation, message.getBytes(StandardCharsets.US_ASCII));
    }

    boolean hears(FabricNode other) {
        return control.lastHeardNs(other.incarnation) != FabricControl.NEVER;
    }

    FabricPeerView view(FabricNode other) {
        return control.counters()
            .peers()
            .stream()
            .filter(peer -> peer.incarnation() == other.incarnation)
            .findAny()
            .orElseThrow();
    }

    long total(FabricCounter counter) {
        return control.counters().total(counter);
    }

    void turn() {
        long nowNs = System.nanoTime();
        lane.doWork(nowNs);
        control.doWork(nowNs);
    }

    /** Gives turns to the nodes until the condition holds; the test's own time-out ends it otherwise. */
    static void drive(BooleanSupplier until, FabricNode... nodes) {
        while (!until.getAsBoolean()) {
            for (FabricNode node : nodes) {
                node.turn();
            }
        }
    }

    static void driveFor(long milliseconds, FabricNode... nodes) {
        long endNs = System.nanoTime() + milliseconds * 1_000_000;
        drive(() -> System.nanoTime() - endNs >= 0, nodes);
    }

    /** Makes the two known to each other, connected for messages and media; returns b's number at a. */
    static int introduce(FabricNode a, FabricNode b) {
        int number = a.meet(b);
        b.meet(a);
        drive(() -> a.hears(b) && b.hears(a) && a.view(b).mediaConnected() && b.view(a).mediaConnected(), a, b);
        return number;
    }

    @Override
    public void close() {
        control.close();
        lane.close();
        pause.close();
        lanePause.close();
    }
}
