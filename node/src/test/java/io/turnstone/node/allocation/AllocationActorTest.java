package io.turnstone.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.node.allocation.AllocationActor.Envelope;
import io.turnstone.node.allocation.AllocationActor.Message;
import io.turnstone.node.allocation.AllocationActor.World;
import io.turnstone.node.allocation.AllocationCommand.Allocate;
import io.turnstone.node.allocation.AllocationCommand.Refresh;
import io.turnstone.node.allocation.AllocationCommand.Transaction;
import io.turnstone.node.allocation.AllocationReply.Allocated;
import io.turnstone.node.allocation.AllocationReply.Missing;
import io.turnstone.node.allocation.AllocationReply.Refreshed;
import io.turnstone.node.replication.Version;
import io.turnstone.node.rib.AllocateAnswer.Integrity;
import io.turnstone.node.rib.Inquiry;
import io.turnstone.node.rib.Outcome;
import io.turnstone.node.rib.RibProxy;
import io.turnstone.node.rib.Route;
import io.turnstone.protocol.net.AddressFamily;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.net.TransportProtocol;
import io.turnstone.protocol.stun.TransactionId;
import io.turnstone.protocol.turn.EvenPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class AllocationActorTest {
    private static final long ID = 17;
    private static final long NODE = 0xA;
    private static final TransportAddress RELAYED = TransportAddress.parse("20.0.0.1:50000");

    private final FakeRib rib = new FakeRib();
    private final FakePorts ports = new FakePorts();
    /** A node that asks; what this node itself asks is answered in {@link #replies}. */
    private final TestInbox<AllocationReply> client = TestInbox.create();
    private final Alarms alarms = new Alarms();
    private final AllocationActor.Residents residents = new AllocationActor.Residents();
    private final List<AllocationReply> replies = new ArrayList<>();
    private long nowMs = 1_000_000;
    private final BehaviorTestKit<Message> actor = BehaviorTestKit.create(
        AllocationActor.create(
            ID,
            new World(
                NODE,
                AllocationLimits.DEFAULT,
                new PeerPolicy(List.of(), List.of(), _ -> false),
                rib,
                ports,
                alarms,
                residents,
                replies::add,
                () -> nowMs)));

    @Test
    void shouldRecoverOpenAnnounceAndReply() {
        Allocate allocate = allocate(1);
        actor.run(new Envelope(allocate, client.getRef()));
        deliver();
        Route route = Objects.requireNonNull(rib.routes.get(ID));
        assertThat(replies).containsExactly(new Allocated(allocate.requestId(), route));
        assertThat(client.hasMessages()).as("a request of this node").isFalse();
        assertThat(route.relayedAddresses()).containsExactly(RELAYED);
    }

    @Test
    void shouldHearWhatIsThereAtOnceBeforeTheNextMessage() {
        Route route = allocated();
        rib.atOnce = true;
        Refresh refresh = refresh(NODE, 2, 600);
        actor.run(new Envelope(refresh, client.getRef()));
        assertThat(actor.selfInbox().hasMessages()).isFalse();
        assertThat(replies).containsExactly(new Refreshed(refresh.requestId(), 600, 0));
        assertThat(Objects.requireNonNull(rib.routes.get(ID)).version()).isEqualTo(route.next(nowMs).version());
    }

    @Test
    void shouldReplyToEachAskerAndStopAfterWithdrawing() {
        allocated();
        Refresh delete = refresh(0xB, 7, 0);
        actor.run(new Envelope(delete, client.getRef()));
        assertThat(client.hasMessages()).isFalse();
        deliver();
        assertThat(client.receiveMessage()).isEqualTo(new Refreshed(delete.requestId(), 0, 0));
        assertThat(replies).isEmpty();
        assertThat(rib.routes).isEmpty();
        assertThat(actor.isAlive()).isFalse();
    }

    @Test
    void shouldReleaseItsPortWhenTheRefereeRefuses() {
        actor.run(new Envelope(allocate(1), client.getRef()));
        rib.refusing = true;
        deliver();
        assertThat(ports.released).containsExactly(RELAYED);
        assertThat(actor.isAlive()).isFalse();
    }

    @Test
    void shouldNotSayDeletedWhenAnotherAuthorityHasGoneOnWithTheRoute() {
        allocated();
        rib.goneOn = true;
        Refresh delete = refresh(NODE, 7, 0);
        actor.run(new Envelope(delete, client.getRef()));
        deliver();
        assertThat(replies).containsExactly(new Missing(delete.requestId()));
        assertThat(actor.isAlive()).isFalse();
        assertThat(rib.routes).containsKey(ID);
    }

    @Test
    void shouldStopWhenTimeHasRunOut() {
        allocated();
        nowMs += 599_999;
        assertThat(alarms.doWork(nowMs)).isZero();
        nowMs++;
        assertThat(alarms.doWork(nowMs)).isOne();
        deliver();
        assertThat(actor.isAlive()).isFalse();
    }

    @Test
    void shouldReplyMissingWhenItHasNoRoute() {
        Refresh refresh = refresh(NODE, 3, 600);
        actor.run(new Envelope(refresh, client.getRef()));
        deliver();
        assertThat(replies).containsExactly(new Missing(refresh.requestId()));
    }

    @Test
    void shouldServeWhatItWasToldBeforeItCouldNotBeFoundAnyMore() {
        allocated();
        assertThat(residents.find(ID)).isEqualTo(actor.getRef());
        rib.atOnce = true;
        Refresh refresh = refresh(NODE, 2, 600);
        actor.run(new AllocationActor.HandOver());
        assertThat(residents.find(ID)).isNull();
        actor.run(new Envelope(refresh, client.getRef()));
        assertThat(replies).containsExactly(new Refreshed(refresh.requestId(), 600, 0));
        assertThat(actor.isAlive()).isTrue();
        deliver();
        assertThat(actor.isAlive()).isFalse();
    }

    @Test
    void shouldAnswerMissingBetweenItsEndAndItsStop() {
        allocated();
        rib.atOnce = true;
        actor.run(new Envelope(refresh(NODE, 2, 0), client.getRef()));
        assertThat(residents.find(ID)).isNull();
        replies.clear();
        Refresh late = refresh(NODE, 3, 600);
        actor.run(new Envelope(late, client.getRef()));
        assertThat(replies).containsExactly(new Missing(late.requestId()));
        deliver();
        assertThat(actor.isAlive()).isFalse();
    }

    private Route allocated() {
        actor.run(new Envelope(allocate(1), client.getRef()));
        deliver();
        replies.clear();
        return Objects.requireNonNull(rib.routes.get(ID));
    }

    private static Refresh refresh(long incarnation, long number, int lifetimeSeconds) {
        return new Refresh(
            new RequestId(incarnation, number), "alice", OptionalInt.of(lifetimeSeconds), OptionalInt.empty());
    }

    /** The control thread's turn: answers what the actor asked, and lets it hear the answers, until all is quiet. */
    private void deliver() {
        do {
            List<Runnable> work = List.copyOf(rib.pending);
            rib.pending.clear();
            work.forEach(Runnable::run);
            List<Message> messages = actor.selfInbox().getAllReceived();
            messages.stream().filter(_ -> actor.isAlive()).forEach(actor::run);
        } while (!rib.pending.isEmpty() || actor.selfInbox().hasMessages());
    }

    private static Allocate allocate(long number) {
        return new Allocate(
            new RequestId(NODE, number),
            "alice",
            new FiveTuple(
                TransportAddress.parse("1.2.3.4:1000"),
                TransportAddress.parse("5.6.7.8:3478"),
                TransportProtocol.UDP),
            new Transaction(new TransactionId(1, 2), Integrity.SHA1, false),
            OptionalInt.empty(),
            new RelayRequest(AddressFamily.IPV4, false, EvenPort.ANY, OptionalLong.empty()));
    }

    private static final class FakeRib implements RibProxy {
        private final Map<Long, Route> routes = new HashMap<>();
        private final List<Runnable> pending = new ArrayList<>();
        private boolean refusing;
        private boolean goneOn;
        private boolean atOnce;

        private void answer(Runnable answer) {
            if (atOnce) {
                answer.run();
            } else {
                pending.add(answer);
            }
        }

        @Override
        public void announce(Route route, long asker, Consumer<Outcome> outcome) {
            answer(() -> {
                if (refusing) {
                    outcome.accept(new Outcome.Conflict(route));
                } else {
                    routes.put(route.allocationId(), route);
                    outcome.accept(new Outcome.Replicated(route.version()));
                }
            });
        }

        @Override
        public void withdraw(long allocationId, Version version, long asker, Consumer<Outcome> done) {
            answer(() -> {
                if (goneOn) {
                    done.accept(new Outcome.Gone());
                } else {
                    routes.remove(allocationId);
                    done.accept(new Outcome.Replicated(version));
                }
            });
        }

        @Override
        public void find(long allocationId, Consumer<Optional<Route>> found) {
            answer(() -> found.accept(Optional.ofNullable(routes.get(allocationId))));
        }

        @Override
        public void inquire(FiveTuple fiveTuple, Consumer<Inquiry> answer) {
            answer(() -> answer.accept(new Inquiry.Unsure()));
        }
    }

    private final class FakePorts implements RelayPorts {
        private final List<TransportAddress> released = new ArrayList<>();

        @Override
        public void open(long allocationId, RelayRequest request, Consumer<RelayOutcome> outcome) {
            rib.answer(
                () -> outcome.accept(
                    new RelayPorts.Opened(List.of(RELAYED), OptionalLong.empty(), Optional.empty())));
        }

        @Override
        public void release(List<TransportAddress> relayedAddresses) {
            released.addAll(relayedAddresses);
        }
    }
}
