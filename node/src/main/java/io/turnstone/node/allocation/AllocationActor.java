package io.turnstone.node.allocation;

import io.turnstone.node.rib.Outcome;
import io.turnstone.node.rib.RibProxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Runs one {@link Allocation} as a sharded actor: delivers commands, performs effects, decides nothing. */
public final class AllocationActor extends AbstractBehavior<AllocationActor.Message> {
    private final long allocationId;
    private final Allocation allocation;
    private final World world;
    private final TimerScheduler<Message> timers;
    private final Map<RequestId, ActorRef<AllocationReply>> replyTo = new HashMap<>();

    /** What this actor receives. */
    public sealed interface Message {}

    /** A command from whoever heard the client; the reply goes to {@code replyTo}. The only message between nodes. */
    public record Envelope(AllocationCommand command, ActorRef<AllocationReply> replyTo) implements Message {}

    /** A fact from this node: what became of an effect, or {@link AllocationCommand.RouteMerged}. */
    public record Fact(AllocationCommand command) implements Message {}

    /**
     * What an allocation acts upon. Any thread.
     *
     * @param incarnation of this node
     * @param clockMs epoch milliseconds
     */
    public record World(long incarnation, AllocationLimits limits, PeerPolicy peerPolicy, RibProxy rib,
        RelayPorts relayPorts, LongSupplier clockMs) {}

    private AllocationActor(
        ActorContext<Message> context, TimerScheduler<Message> timers, long allocationId, World world) {
        super(context);
        this.timers = timers;
        this.allocationId = allocationId;
        this.world = world;
        this.allocation = new Allocation(allocationId, world.incarnation(), world.limits(), world.peerPolicy());
    }

    public static Behavior<Message> create(long allocationId, World world) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            AllocationActor actor = new AllocationActor(context, timers, allocationId, world);
            long nowMs = world.clockMs().getAsLong();
            actor.allocation.start(nowMs).forEach(effect -> actor.perform(effect, nowMs));
            return actor;
        }));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::onMessage).build();
    }

    private Behavior<Message> onMessage(Message message) {
        return switch (message) {
            case Envelope(AllocationCommand.Request request, ActorRef<AllocationReply> sender) -> {
                replyTo.put(request.requestId(), sender);
                yield handle(request);
            }
            case Envelope(AllocationCommand command, ActorRef<AllocationReply> _) -> handle(command);
            case Fact(AllocationCommand command) -> handle(command);
        };
    }

    private Behavior<Message> handle(AllocationCommand command) {
        long nowMs = world.clockMs().getAsLong();
        Behavior<Message> next = this;
        for (AllocationEffect effect : allocation.handle(command, nowMs)) {
            perform(effect, nowMs);
            next = effect instanceof AllocationEffect.Stop ? Behaviors.stopped() : next;
        }
        return next;
    }

    private void perform(AllocationEffect effect, long nowMs) {
        ActorRef<Message> self = getContext().getSelf();
        switch (effect) {
            case AllocationEffect.Recover _ ->
                world.rib().find(allocationId, route -> self.tell(new Fact(new AllocationCommand.Recovered(route))));
            case AllocationEffect.OpenRelay(RelayRequest request) -> world.relayPorts()
                .open(
                    allocationId,
                    request,
                    outcome -> self.tell(new Fact(new AllocationCommand.RelayAnswered(outcome))));
            case AllocationEffect.ReleaseRelay release -> world.relayPorts().release(release.relayedAddresses());
            case AllocationEffect.Announce announce ->
                world.rib().announce(announce.route(), outcome -> self.tell(new Fact(fact(outcome))));
            case AllocationEffect.Withdraw withdraw -> world.rib()
                .withdraw(
                    allocationId,
                    withdraw.version(),
                    outcome -> self.tell(new Fact(withdrawn(outcome))));
            case AllocationEffect.Respond(AllocationReply reply) -> respond(reply);
            case AllocationEffect.WakeAt(long deadlineMs) -> timers.startSingleTimer(
                new Fact(new AllocationCommand.Wake()),
                Duration.ofMillis(Math.max(0, deadlineMs - nowMs)));
            case AllocationEffect.Stop _ -> timers.cancelAll();
        }
    }

    /** A route that another authority has gone on with is not withdrawn, and nobody may be told so. */
    private static AllocationCommand withdrawn(Outcome outcome) {
        return outcome instanceof Outcome.Gone ? new AllocationCommand.Gone() : new AllocationCommand.Withdrawn();
    }

    private static AllocationCommand fact(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Replicated replicated -> new AllocationCommand.Replicated(replicated.version());
            case Outcome.Conflict conflict -> new AllocationCommand.Conflict(conflict.existing());
            case Outcome.Gone _ -> new AllocationCommand.Gone();
        };
    }

    private void respond(AllocationReply reply) {
        ActorRef<AllocationReply> sender = replyTo.remove(reply.requestId());
        if (sender != null) {
            sender.tell(reply);
        }
    }
}
