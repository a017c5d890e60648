package io.turnstone.node.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Runs one {@link SessionMachine} as a sharded actor: delivers commands, performs effects, decides nothing. Control
 * thread. Where its shard moves, it tells itself what it knows.
 */
public final class SignalingSessionActor extends AbstractBehavior<SignalingSessionActor.Message> {
    /** Longer than that nobody sleeps: a machine that is woken too early asks again. */
    private static final long SLEEP_MS_MAX = 3_600_000;

    private final SessionName name;
    private final SessionMachine machine;
    private final Sessions sessions;
    private final World world;
    private final TimerScheduler<Message> timers;
    private final Deque<SessionCommand> heard = new ArrayDeque<>();

    /** What this actor receives. */
    public sealed interface Message {}

    /** A command from any node. The only message that travels to a session. */
    public record Envelope(SessionCommand.Telling command) implements Message {}

    /** A fact from this node. */
    public record Fact(SessionCommand command) implements Message {}

    /** The shard moves to another node. */
    public record HandOver() implements Message {}

    /**
     * A notice to a node, on its way to the node's {@code session-gateway}.
     *
     * @param addressee incarnation; a process that took its place does not read it
     */
    public record Delivery(long addressee, SessionNotice notice) {}

    /**
     * What the sessions of a node act upon. Control thread.
     *
     * @param revocation says how many allocations a call has, by its Call-ID
     * @param changes takes each call that begins or is answered, by its Call-ID
     * @param records takes the record of each call that ends
     * @param clockMs epoch milliseconds
     */
    public record World(Residents residents, ToIntFunction<String> revocation, BiConsumer<String, CallState> changes,
        Consumer<CallRecord> records, LongSupplier clockMs) {}

    /** The sessions on this node. Control thread. */
    public static final class Residents {
        private final Map<SessionName, SignalingSessionActor> byName = new HashMap<>();

        /** The machines of all sessions that are on this node now. */
        public Map<SessionName, SessionMachine> machines() {
            Map<SessionName, SessionMachine> machines = new HashMap<>();
            byName.forEach((name, actor) -> machines.put(name, actor.machine));
            return machines;
        }

        /** Tells every session on this node. */
        public void tellAll(SessionCommand fact) {
            byName.values().forEach(actor -> actor.getContext().getSelf().tell(new Fact(fact)));
        }
    }

    private SignalingSessionActor(ActorContext<Message> context, TimerScheduler<Message> timers, SessionName name,
        Sessions sessions, World world) {
        super(context);
        this.name = name;
        this.machine = SessionMachine.of(name);
        this.sessions = sessions;
        this.world = world;
        this.timers = timers;
    }

    /** @param sessions carries what the session tells */
    public static Behavior<Message> create(SessionName name, Sessions sessions, World world) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            SignalingSessionActor actor = new SignalingSessionActor(context, timers, name, sessions, world);
            world.residents().byName.put(name, actor);
            return actor;
        }));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::onMessage).onSignal(PostStop.class, _ -> {
            world.residents().byName.remove(name, this);
            return this;
        }).build();
    }

    private Behavior<Message> onMessage(Message message) {
        return switch (message) {
            case Envelope(SessionCommand.Telling command) -> handle(command);
            case Fact(SessionCommand command) -> handle(command);
            case HandOver _ -> {
                machine.state().ifPresent(state -> sessions.handOn(name, state));
                yield Behaviors.stopped();
            }
        };
    }

    private Behavior<Message> handle(SessionCommand command) {
        long nowMs = world.clockMs().getAsLong();
        boolean stops = perform(machine.handle(command, nowMs), nowMs);
        for (SessionCommand fact = heard.poll(); fact != null; fact = heard.poll()) {
            stops |= perform(machine.handle(fact, nowMs), nowMs);
        }
        return stops ? Behaviors.stopped() : this;
    }

    /** Whether the session is over. */
    private boolean perform(List<SessionEffect> effects, long nowMs) {
        boolean stops = false;
        for (SessionEffect effect : effects) {
            switch (effect) {
                case SessionEffect.WakeAt(long deadlineMs) -> timers.startSingleTimer(
                    new Fact(new SessionCommand.Wake()),
                    Duration.ofMillis(Math.clamp(deadlineMs - nowMs, 0, SLEEP_MS_MAX)));
                case SessionEffect.Tell(long node, SessionNotice notice) -> sessions.tellNode(node, notice);
                case SessionEffect.TellAll(SessionNotice notice) -> sessions.tellAllNodes(notice);
                case SessionEffect.Revoke(String callId) ->
                    heard.add(new SessionCommand.Revoked(world.revocation().applyAsInt(callId)));
                case SessionEffect.Show(String callId, CallState call) -> world.changes().accept(callId, call);
                case SessionEffect.Write(CallRecord ended) -> world.records().accept(ended);
                case SessionEffect.Stop _ -> stops = true;
            }
        }
        return stops;
    }
}
