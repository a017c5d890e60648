package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.node.rib.NodeDescriptor;
import io.turnstone.node.session.Call;
import io.turnstone.node.session.CallCause;
import io.turnstone.node.session.CallCommand;
import io.turnstone.node.session.CallParties;
import io.turnstone.node.session.CallRecord;
import io.turnstone.node.session.SessionName;
import io.turnstone.node.session.SessionNotice;
import io.turnstone.node.session.SignalingSessionActor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls whose nodes come and go: told here and elsewhere, through the serializer where the messages travel. */
@Timeout(90)
class ShardedSessionsIT {
    private static final int CALLS = 40;

    /** A node that writes down the records of its sessions, and what all sessions tell it. */
    private static final class Node {
        private final Queue<CallRecord> records = new ConcurrentLinkedQueue<>();
        private final Queue<SessionNotice> notices = new ConcurrentLinkedQueue<>();
        private final SignalingSessionActor.Residents residents = new SignalingSessionActor.Residents();
        private final ExecutorService control = Executors.newSingleThreadExecutor();
        private final NodeDescriptor self;
        private final ShardedSessions sessions;
        private final ClusterRuntime runtime;

        private Node(int incarnation, List<Integer> ports) {
            int port = ports.get(incarnation - 1);
            self = TestMember.descriptor(incarnation, "127.0.0.1:" + port, WireVersion.CURRENT);
            sessions = new ShardedSessions(
                self,
                new SignalingSessionActor.World(
                    residents, _ -> incarnation, (_, _) -> {}, records::add, System::currentTimeMillis),
                notices::add);
            runtime = new ClusterRuntime(
                TestMember.settings(port, ports, 3),
                self,
                List.of(sessions),
                new RecordedEvents(),
                control);
            runtime.start();
        }

        private int callsHere() {
            return CompletableFuture.supplyAsync(
                () -> (int) residents.machines()
                    .values()
                    .stream()
                    .filter(machine -> machine instanceof Call call && !call.known().outcome().isFinal())
                    .count(),
                control).join();
        }

        private void stop() {
            runtime.stop();
            control.shutdownNow();
        }
    }

    private final List<Integer> ports = List.of(TestMember.freePort(), TestMember.freePort());
    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.parallelStream().forEach(Node::stop);
    }

    @Test
    void shouldMakeTheRecordOfACallWhereverItIsToldOf() {
        startBoth();
        names().forEach(name -> nodes.getFirst().sessions.tell(name, invited()));
        within(20, () -> nodes.stream().mapToInt(Node::callsHere).sum() == CALLS);

        names().forEach(name -> nodes.getLast().sessions.tell(name, bye()));

        within(20, () -> nodes.stream().mapToInt(node -> node.records.size()).sum() == CALLS);
        within(20, () -> nodes.stream().allMatch(node -> node.notices.size() == CALLS));
        assertThat(nodes).allSatisfy(node -> assertThat(node.records).isNotEmpty());
        assertThat(nodes).flatExtracting(node -> node.records).allMatch(ended -> ended.call().isWhole());
    }

    @Test
    void shouldTakeCallsAlongWhenTheirNodeLeaves() {
        startBoth();
        names().forEach(name -> nodes.getFirst().sessions.tell(name, invited()));
        within(20, () -> nodes.stream().mapToInt(Node::callsHere).sum() == CALLS);
        Node stays = nodes.getLast();

        nodes.getFirst().runtime.stop();
        within(30, () -> stays.callsHere() == CALLS);
        names().forEach(name -> stays.sessions.tell(name, bye()));

        within(20, () -> stays.records.size() == CALLS);
        assertThat(stays.records).allMatch(ended -> ended.call().isWhole());
    }

    private void startBoth() {
        nodes.add(new Node(1, ports));
        nodes.add(new Node(2, ports));
        nodes.forEach(node -> nodes.forEach(other -> node.sessions.nodeJoined(other.self)));
        within(30, () -> nodes.stream().allMatch(node -> node.runtime.system().isPresent()));
        // the first call to be heard everywhere says that both are members of one cluster
        SessionName probe = SessionName.call("probe");
        within(30, () -> {
            nodes.getLast().sessions.tell(probe, bye());
            return nodes.stream().allMatch(node -> !node.notices.isEmpty());
        });
        within(30, () -> nodes.stream().mapToInt(node -> node.records.size()).sum() == 1);
        nodes.forEach(node -> {
            node.records.clear();
            node.notices.clear();
        });
    }

    private static List<SessionName> names() {
        return IntStream.range(0, CALLS).mapToObj(i -> SessionName.call("call " + i)).toList();
    }

    private static CallCommand invited() {
        return new CallCommand.Invited(new CallParties("sip:alice@a.example", "sip:bob@a.example", "tag"), 1, 1_000);
    }

    private static CallCommand bye() {
        return new CallCommand.Ended("tag", "to", CallCause.BYE, 2_000);
    }

    private static void within(int seconds, BooleanSupplier condition) {
        await().atMost(Duration.ofSeconds(seconds))
            .pollInterval(Duration.ofMillis(50))
            .until(condition::getAsBoolean);
    }
}
