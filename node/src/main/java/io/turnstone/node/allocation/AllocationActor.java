package io.turnstone.node.allocation;

import io.turnstone.node.rib.Outcome;
import io.turnstone.node.rib.RibProxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.collections.Long2ObjectHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Runs one {@link Allocation} as a sharded actor: delivers commands, performs effects, decides nothing. Control thread.
 *
 * <p>What it acts upon is on the same thread, so a fact may be there before the effects that led to it are all performed:
 * it is then heard after them, before the next message. A fact that comes later is a message.
 */
public final class AllocationActor extends AbstractBehavior<AllocationActor.Message> {
    private final long allocationId;
    private final Allocation allocation;
    private final World world;
    private final ActorRef<Message> self;
    private final Alarms.Alarm alarm;
    private final Deque<AllocationCommand> heard = new ArrayDeque<>();
    private boolean performing;
    private final Map<RequestId, ActorRef<AllocationReply>> replyTo = new HashMap<>();

    /** What this actor receives. */
    public sealed interface Message {}

    /** A command from whoever heard the client; the reply goes to {@code replyTo}. The only message between nodes. */
    public record Envelope(AllocationCommand command, ActorRef<AllocationReply> replyTo) implements Message {}

    /** A fact from this node: what became of an effect, or {@link AllocationCommand.RouteMerged}. */
    public record Fact(AllocationCommand command) implements Message {}

    /** The shard moves to another node: whoever looks for the authority has to ask the shard's region from now on. */
    public record HandOver() implements Message {}

    /** The last message: what was told to {@link Residents} before has been handled. */
    private record Leave() implements Message {}

    /**
     * What an allocation acts upon. Control thread.
     *
     * @param incarnation of this node
     * @param replies takes each reply to a request of this node
     * @param clockMs epoch milliseconds
     */
    public record World(long incarnation, AllocationLimits limits, PeerPolicy peerPolicy, RibProxy rib,
        RelayPorts relayPorts, Alarms alarms, Residents residents, Consumer<AllocationReply> replies,
        LongSupplier clockMs) {}

    /** The authorities on this node that take messages without a way through region and shard. Control thread. */
    public static final class Residents {
        private final Long2ObjectHashMap<ActorRef<Message>> byId = new Long2ObjectHashMap<>();

        /** Null where there is none, or where it is about to stop. */
        public @Nullable ActorRef<Message> find(long allocationId) {
            return byId.get(allocationId);
        }

        private void add(long allocationId, ActorRef<Message> resident) {
            byId.put(allocationId, resident);
        }

        /** Its successor stays. */
        private void remove(long allocationId, ActorRef<Message> resident) {
            if (resident.equals(byId.get(allocationId))) {
                byId.remove(allocationId);
            }
        }
    }

    private AllocationActor(ActorContext<Message> context, long allocationId, World world) {
        super(context);
        this.self = context.getSelf();
        this.alarm = world.alarms().alarm(() -> self.tell(new Fact(new AllocationCommand.Wake())));
        this.allocationId = allocationId;
        this.world = world;
        this.allocation = new Allocation(allocationId, world.incarnation(), world.limits(), world.peerPolicy());
    }

    public static Behavior<Message> create(long allocationId, World world) {
        return Behaviors.setup(context -> {
            AllocationActor actor = new AllocationActor(context, allocationId, world);
            world.residents().add(allocationId, actor.self);
            long nowMs = world.clockMs().getAsLong();
            actor.perform(actor.allocation.start(nowMs), nowMs);
            return actor;
        });
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::onMessage).onSignal(PostStop.class, _ -> {
            depart();
            return this;
        }).build();
    }

    private Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Envelope(AllocationCommand.Request request, ActorRef<AllocationReply> sender) -> {
                replyTo.put(request.requestId(), sender);
                handle(request);
            }
            case Envelope(AllocationCommand command, ActorRef<AllocationReply> _) -> handle(command);
            case Fact(AllocationCommand command) -> handle(command);
            case HandOver _ -> leave();
            case Leave _ -> {
                return Behaviors.stopped();
            }
        }
        return this;
    }

    private void handle(AllocationCommand command) {
        long nowMs = world.clockMs().getAsLong();
        perform(allocation.handle(command, nowMs), nowMs);
    }

    private void perform(List<AllocationEffect> effects, long nowMs) {
        performing = true;
        effects.forEach(this::perform);
        for (AllocationCommand fact = heard.poll(); fact != null; fact = heard.poll()) {
            allocation.handle(fact, nowMs).forEach(this::perform);
        }
        performing = false;
    }

    private void perform(AllocationEffect effect) {
        switch (effect) {
            case AllocationEffect.Recover _ ->
                world.rib().find(allocationId, route -> hear(new AllocationCommand.Recovered(route)));
            case AllocationEffect.OpenRelay(RelayRequest request) -> world.relayPorts()
                .open(allocationId, request, outcome -> hear(new AllocationCommand.RelayAnswered(outcome)));
            case AllocationEffect.ReleaseRelay release -> world.relayPorts().release(release.relayedAddresses());
            case AllocationEffect.Announce announce ->
                world.rib().announce(announce.route(), announce.asker(), outcome -> hear(fact(outcome)));
            case AllocationEffect.Withdraw withdraw -> world.rib()
                .withdraw(allocationId, withdraw.version(), withdraw.asker(), outcome -> hear(withdrawn(outcome)));
            case AllocationEffect.Respond(AllocationReply reply) -> respond(reply);
            case AllocationEffect.WakeAt(long deadlineMs) -> alarm.set(deadlineMs);
            case AllocationEffect.Stop _ -> leave();
        }
    }

    private void hear(AllocationCommand fact) {
        if (performing) {
            heard.add(fact);
        } else {
            self.tell(new Fact(fact));
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
        if (sender == null) {
            return;
        }
        if (reply.requestId().incarnation() == world.incarnation()) {
            world.replies().accept(reply);
        } else {
            sender.tell(reply);
        }
    }

    /** Stops after what was told to this authority while it could be found. */
    private void leave() {
        depart();
        self.tell(new Leave());
    }

    private void depart() {
        world.residents().remove(allocationId, self);
        alarm.end();
    }
}
