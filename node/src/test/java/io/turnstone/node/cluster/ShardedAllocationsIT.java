package io.turnstone.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.turnstone.node.allocation.AllocationActor;
import io.turnstone.node.allocation.AllocationCommand;
import io.turnstone.node.allocation.AllocationReply;
import io.turnstone.node.allocation.RequestId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests to authorities on this node and on another, with replies, through the serializer where they travel. */
@Timeout(60)
class ShardedAllocationsIT {
    /** A node whose authorities grant every Refresh and write down the commands as they came. */
    private static final class Node {
        private final Queue<AllocationCommand> commands = new ConcurrentLinkedQueue<>();
        private final Queue<AllocationReply> replies = new ConcurrentLinkedQueue<>();
        private final ShardedAllocations allocations = new ShardedAllocations(
            ClusterSettings.DEFAULT_SHARD_CLAIMS,
            id -> authority(),
            new AllocationActor.Residents(),
            replies::add,
            System::currentTimeMillis,
            new SplittableRandom());
        private final ClusterRuntime runtime;

        private Node(int incarnation, int port, List<Integer> seeds) {
            runtime = new ClusterRuntime(
                TestMember.settings(port, seeds, 3),
                TestMember.descriptor(incarnation, "127.0.0.1:" + port, WireVersion.CURRENT),
                List.of(allocations),
                new RecordedEvents(),
                ForkJoinPool.commonPool());
            runtime.start();
        }

        private Behavior<AllocationActor.Message> authority() {
            return Behaviors.receiveMessage(message -> {
                if (message instanceof AllocationActor.HandOver) {
                    return Behaviors.stopped();
                }
                if (message instanceof AllocationActor.Envelope envelope) {
                    commands.add(envelope.command());
                    if (envelope.command() instanceof AllocationCommand.Refresh refresh) {
                        envelope.replyTo().tell(new AllocationReply.Refreshed(refresh.requestId(), 600, 0));
                    }
                }
                return Behaviors.same();
            });
        }
    }

    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.parallelStream().forEach(node -> node.runtime.stop());
    }

    @Test
    void shouldAnswerFromHereAndFromElsewhere() {
        List<Integer> ports = List.of(TestMember.freePort(), TestMember.freePort());
        nodes.add(new Node(1, ports.get(0), ports));
        nodes.add(new Node(2, ports.get(1), ports));
        Node here = nodes.getFirst();
        Node elsewhere = nodes.getLast();
        within(30, () -> nodes.stream().allMatch(node -> node.allocations.isClaimed()));
        AllocationCommand.Refresh first = refresh(1);
        AllocationCommand.Refresh second = refresh(2);

        here.allocations.tell(here.allocations.mint().orElseThrow(), first);
        within(5, () -> here.replies.contains(new AllocationReply.Refreshed(first.requestId(), 600, 0)));
        here.allocations.tell(elsewhere.allocations.mint().orElseThrow(), second);
        within(5, () -> here.replies.contains(new AllocationReply.Refreshed(second.requestId(), 600, 0)));

        assertThat(here.commands.peek()).as("not serialized on its way").isSameAs(first);
        assertThat(elsewhere.commands.peek()).isEqualTo(second).isNotSameAs(second);
        assertThat(elsewhere.replies).isEmpty();
    }

    @Test
    void shouldTellFactsToAuthoritiesOnThisNodeOnly() {
        List<Integer> ports = List.of(TestMember.freePort(), TestMember.freePort());
        nodes.add(new Node(1, ports.get(0), ports));
        nodes.add(new Node(2, ports.get(1), ports));
        Node here = nodes.getFirst();
        Node elsewhere = nodes.getLast();
        within(30, () -> nodes.stream().allMatch(node -> node.allocations.isClaimed()));
        long there = elsewhere.allocations.mint().orElseThrow();

        here.allocations.tell(there, new AllocationCommand.Wake());
        here.allocations.tell(there, refresh(3));
        here.allocations.tell(here.allocations.mint().orElseThrow(), new AllocationCommand.Wake());

        within(5, () -> here.replies.size() == 1 && here.commands.size() == 1);
        assertThat(elsewhere.commands).containsExactly(refresh(3));
    }

    private static AllocationCommand.Refresh refresh(long number) {
        return new AllocationCommand.Refresh(
            new RequestId(1, number),
            "alice",
            OptionalInt.of(600),
            OptionalInt.empty());
    }

    private static void within(int seconds, BooleanSupplier condition) {
        await().atMost(Duration.ofSeconds(seconds))
            .pollInterval(Duration.ofMillis(20))
            .until(condition::getAsBoolean);
    }
}
