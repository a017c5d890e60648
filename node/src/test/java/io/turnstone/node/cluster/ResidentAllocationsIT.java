package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.node.allocation.Alarms;
import io.turnstone.node.allocation.AllocationActor;
import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.allocation.AllocationLimits;
import io.turnstone.node.allocation.AllocationReply;
import io.turnstone.node.allocation.PeerPolicy;
import io.turnstone.node.allocation.RelayPorts;
import io.turnstone.node.allocation.RelayRequest;
import io.turnstone.node.allocation.RequestId;
import io.turnstone.node.replication.RecordListener;
import io.turnstone.node.replication.ReplicationSettings;
import io.turnstone.node.replication.Replicator;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.node.rib.ControlRibProxy;
import io.turnstone.node.rib.Route;
import io.turnstone.node.rib.RouteCodec;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.TransactionId;
import io.turnstone.protocol.turn.EvenPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Authorities of real allocations: told directly as long as they stay, and found by the region wherever they went. */
@Timeout(60)
class ResidentAllocationsIT {
    /** The control thread of both nodes, which share what a replicator would have told each of them. */
    private final ExecutorService control = Executors.newSingleThreadExecutor();
    private final Replicator<Route> routes = new Replicator<>(
        ReplicationSettings.DEFAULT, 1, new RouteCodec(), (peer, message) -> false, new Nobody());
    private final List<Node> nodes = new ArrayList<>();

    private final class Node {
        private final AllocationActor.Residents residents = new AllocationActor.Residents();
        private final Queue<AllocationReply> replies = new ConcurrentLinkedQueue<>();
        private final ShardedAllocations allocations;
        private final ClusterRuntime runtime;

        private Node(int incarnation, int port, List<Integer> seeds) {
            AllocationActor.World world = new AllocationActor.World(
                incarnation,
                AllocationLimits.DEFAULT,
                new PeerPolicy(List.of(), List.of(), ip -> false),
                new ControlRibProxy(Runnable::run, routes, System::currentTimeMillis),
                new OnePort(),
                new Alarms(),
                residents,
                replies::add,
                System::currentTimeMillis);
            allocations = new ShardedAllocations(
                ClusterSettings.DEFAULT_SHARD_CLAIMS,
                id -> AllocationActor.create(id, world),
                residents,
                replies::add,
                System::currentTimeMillis,
                new SplittableRandom());
            runtime = new ClusterRuntime(
                TestMember.settings(port, seeds, 3),
                TestMember.descriptor(incarnation, "127.0.0.1:" + port, WireVersion.CURRENT),
                List.of(allocations),
                new RecordedEvents(),
                control);
            runtime.start();
        }

        private void ask(long id, AllocationCommand.Request request, AllocationReply expected) {
            control.execute(() -> allocations.tell(id, request));
            within(10, () -> replies.contains(expected));
        }

        private boolean hasResident(long id) {
            return onControl(() -> residents.find(id) != null);
        }
    }

    @AfterEach
    void stopAll() {
        nodes.parallelStream().forEach(node -> node.runtime.stop());
        control.shutdown();
    }

    @Test
    void shouldGoWhereTheShardGoes() {
        startTwo();
        Node here = nodes.getFirst();
        Node elsewhere = nodes.getLast();
        long id = allocate(here);

        here.runtime.stop();

        assertThat(here.hasResident(id)).isFalse();
        elsewhere.ask(id, refresh(2, 1, 600), refreshed(2, 1, 600));
        assertThat(elsewhere.hasResident(id)).isTrue();
        assertThat(onControl(() -> routes.find(id)).orElseThrow().owner()).isEqualTo(2);
    }

    @Test
    void shouldNotBeFoundAnyMoreOnceItHasEnded() {
        startTwo();
        Node here = nodes.getFirst();
        long id = allocate(here);

        here.ask(id, refresh(1, 3, 0), refreshed(1, 3, 0));
        within(5, () -> !here.hasResident(id));

        here.ask(id, refresh(1, 4, 600), new AllocationReply.Missing(new RequestId(1, 4)));
    }

    @Test
    void shouldBeAskedFromOtherNodesAsWell() {
        startTwo();
        Node here = nodes.getFirst();
        long id = allocate(here);

        nodes.getLast().ask(id, refresh(2, 1, 900), refreshed(2, 1, 900));

        assertThat(here.hasResident(id)).isTrue();
        assertThat(nodes.getLast().hasResident(id)).isFalse();
    }

    private void startTwo() {
        List<Integer> ports = List.of(TestMember.freePort(), TestMember.freePort());
        nodes.add(new Node(1, ports.getFirst(), ports));
        nodes.add(new Node(2, ports.getLast(), ports));
        within(30, () -> nodes.stream().allMatch(node -> node.allocations.isClaimed()));
    }

    /** With an authority that has been told something directly. */
    private long allocate(Node node) {
        long id = onControl(() -> node.allocations.mint().orElseThrow());
        control.execute(() -> node.allocations.tell(id, allocateRequest()));
        within(10, () -> node.replies.stream().anyMatch(reply -> reply instanceof AllocationReply.Allocated));
        assertThat(node.hasResident(id)).isTrue();
        node.ask(id, refresh(1, 2, 600), refreshed(1, 2, 600));
        return id;
    }

    private <T> T onControl(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, control).join();
    }

    private static AllocationCommand.Request allocateRequest() {
        TransportAddress client = TransportAddress.parse("1.2.3.4:1000");
        return new AllocationCommand.Allocate(
            new RequestId(1, 1),
            "alice",
            new FiveTuple(client, client.withPort(3478), TransportProtocol.UDP),
            new AllocationCommand.Transaction(new TransactionId(1, 2), Integrity.SHA1, false),
            OptionalInt.empty(),
            new RelayRequest(AddressFamily.IPV4, false, EvenPort.ANY, OptionalLong.empty()));
    }

    private static AllocationCommand.Request refresh(long incarnation, long number, int lifetimeSeconds) {
        return new AllocationCommand.Refresh(
            new RequestId(incarnation, number), "alice", OptionalInt.of(lifetimeSeconds), OptionalInt.empty());
    }

    private static AllocationReply refreshed(long incarnation, long number, int lifetimeSeconds) {
        return new AllocationReply.Refreshed(new RequestId(incarnation, number), lifetimeSeconds, 0);
    }

    private static void within(int seconds, Supplier<Boolean> condition) {
        await().atMost(Duration.ofSeconds(seconds)).pollInterval(Duration.ofMillis(20)).until(condition::get);
    }

    private static final class OnePort implements RelayPorts {
        @Override
        public void open(long allocationId, RelayRequest request, Consumer<RelayOutcome> outcome) {
            TransportAddress relayed = TransportAddress.parse("20.0.0.1:50000");
            outcome.accept(new Opened(List.of(relayed), OptionalLong.empty(), Optional.empty()));
        }

        @Override
        public void release(List<TransportAddress> relayedAddresses) {}
    }

    private static final class Nobody implements RecordListener<Route> {
        @Override
        public void onRecord(Route route) {}

        @Override
        public void onMerged(Route merged) {}

        @Override
        public void onRemoved(Route last) {}
    }
}
