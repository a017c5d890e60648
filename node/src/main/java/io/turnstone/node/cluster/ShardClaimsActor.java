package io.turnstone.node.cluster;

import java.time.Duration;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.Subscribe;

/** Drives {@link ShardClaims} once this member is up: wakes it, and asks for the shards that it names. */
final class ShardClaimsActor extends AbstractBehavior<ShardClaimsActor.Command> {
    private static final Duration TURN = Duration.ofMillis(100);

    sealed interface Command {}

    /** The anchor of {@code shard} was started here. */
    record Opened(int shard) implements Command {}

    /** The anchor of {@code shard} has stopped. */
    record Closed(int shard) implements Command {}

    /** An entity of {@code shard} was started here, so the shard is here, whether it was asked for or not. */
    record Occupied(int shard) implements Command {}

    private record MemberUp() implements Command {}

    private record Turn() implements Command {}

    private final TimerScheduler<Command> timers;
    private final ShardClaims claims;
    private final IntConsumer asking;
    private final LongSupplier clockMs;

    private ShardClaimsActor(ActorContext<Command> context, TimerScheduler<Command> timers, ShardClaims claims,
        IntConsumer asking, LongSupplier clockMs) {
        super(context);
        this.timers = timers;
        this.claims = claims;
        this.asking = asking;
        this.clockMs = clockMs;
    }

    /** @param asking starts the anchor of a shard, wherever that shard is hosted, and here if nowhere */
    static Behavior<Command> create(ShardClaims claims, IntConsumer asking, LongSupplier clockMs) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            Cluster.get(context.getSystem())
                .subscriptions()
                .tell(Subscribe.create(context.messageAdapter(SelfUp.class, up -> new MemberUp()), SelfUp.class));
            return new ShardClaimsActor(context, timers, claims, asking, clockMs);
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::onCommand).onSignal(PostStop.class, stopped -> {
            claims.closedAll();
            return this;
        }).build();
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case Opened(int shard) -> claims.opened(shard);
            case Closed(int shard) -> claims.closed(shard);
            case Occupied(int shard) -> {
                if (!claims.isHosted(shard)) {
                    asking.accept(shard);
                }
            }
            case MemberUp() -> timers.startTimerWithFixedDelay(new Turn(), Duration.ZERO, TURN);
            case Turn() -> {
                for (int shard : claims.ask(clockMs.getAsLong())) {
                    asking.accept(shard);
                }
            }
        }
        return this;
    }
}
