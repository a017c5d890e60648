package io.turnstone.node.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.rib.RelayMode;
import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.PortRange;
import io.turnstone.protocol.net.TransportAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/** A member in this JVM whose entities write down what they are told. */
final class TestMember implements AutoCloseable {
    /** Its ActorSystem ends without leaving, like a process that is killed. */
    static final Config DIES_WITHOUT_A_WORD = ConfigFactory
        .parseString("pekko.coordinated-shutdown.run-by-actor-system-terminate = off");

    private static final String HAND_OVER = "your shard moves";

    final int port;
    final NodeDescriptor node;
    final Queue<String> heard = new ConcurrentLinkedQueue<>();
    final RecordedEvents events = new RecordedEvents();
    final ShardedEntities<String> entities;
    final ClusterRuntime runtime;

    TestMember(ClusterSettings settings, long incarnation, int wireVersion, Config overrides) {
        port = settings.port();
        node = descriptor(incarnation, settings.host() + ":" + settings.port(), wireVersion);
        entities = new ShardedEntities<>(
            EntityTypeKey.create(String.class, "test"),
            String.class,
            this::entity,
            HAND_OVER,
            settings.shardClaims(),
            System::currentTimeMillis,
            new SplittableRandom(incarnation));
        runtime = new ClusterRuntime(settings, node, List.of(entities), events, ForkJoinPool.commonPool(), overrides);
    }

    static TestMember started(long incarnation, int port, List<Integer> seedPorts, Config overrides) {
        TestMember member = new TestMember(settings(port, seedPorts, 3), incarnation, WireVersion.CURRENT, overrides);
        member.runtime.start();
        return member;
    }

    static ClusterSettings settings(int port, List<Integer> seedPorts, int membersMax) {
        return settings(port, seedPorts, membersMax, ClusterSettings.FailureTimes.BALANCED);
    }

    static ClusterSettings settings(
        int port, List<Integer> seedPorts, int membersMax, ClusterSettings.FailureTimes times) {
        return new ClusterSettings(
            "127.0.0.1",
            port,
            seedPorts.stream().map(seed -> "127.0.0.1:" + seed).toList(),
            membersMax,
            ClusterSettings.DEFAULT_SHARD_CLAIMS,
            times);
    }

    static NodeDescriptor descriptor(long incarnation, String name, int wireVersion) {
        TransportAddress fabric = TransportAddress.parse("127.0.0.1:4000");
        return new NodeDescriptor(
            incarnation,
            name,
            fabric,
            List.of(fabric.withPort(4001), TransportAddress.parse("[2001:db8::1]:4002")),
            RelayMode.SHARED,
            List.of(
                new NodeDescriptor.RelayRange(IpAddress.parse("192.0.2.1"), new PortRange(49152, 65535)),
                new NodeDescriptor.RelayRange(IpAddress.parse("2001:db8::2"), new PortRange(1, 65535))),
            List.of(TransportAddress.parse("192.0.2.1:3478")),
            List.of(fabric),
            wireVersion,
            true);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    boolean isReady() {
        return isMember() && entities.isClaimed();
    }

    boolean isMember() {
        return events.lines.lastIndexOf("up") > events.lines.lastIndexOf("down");
    }

    private Behavior<String> entity(long id) {
        return Behaviors.receiveMessage(message -> {
            if (message.equals(HAND_OVER)) {
                return Behaviors.stopped();
            }
            heard.add(Long.toUnsignedString(id) + " " + message);
            return Behaviors.same();
        });
    }

    @Override
    public void close() {
        runtime.stop();
    }
}
