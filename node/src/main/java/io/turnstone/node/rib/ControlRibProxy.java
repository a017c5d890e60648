package io.turnstone.node.rib;

import io.turnstone.node.replication.KeyAnswer;
import io.turnstone.node.replication.OutcomeHandler;
import io.turnstone.node.replication.Replicator;
import io.turnstone.node.replication.Version;
import io.turnstone.protocol.net.FiveTuple;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Carries every call out on the control thread. */
public final class ControlRibProxy implements RibProxy {
    private final Consumer<Runnable> control;
    private final Replicator<Route> replicator;
    private final LongSupplier clockMs;

    /** @param control runs tasks on the control thread, in order */
    public ControlRibProxy(Consumer<Runnable> control, Replicator<Route> replicator, LongSupplier clockMs) {
        this.control = control;
        this.replicator = replicator;
        this.clockMs = clockMs;
    }

    @Override
    public void announce(Route route, long asker, Consumer<Outcome> outcome) {
        control.accept(() -> replicator.announce(route, asker, clockMs.getAsLong(), new ToOutcome(outcome)));
    }

    @Override
    public void withdraw(long allocationId, Version version, long asker, Consumer<Outcome> done) {
        control.accept(
            () -> replicator.withdraw(allocationId, version, asker, clockMs.getAsLong(), new ToOutcome(done)));
    }

    @Override
    public void find(long allocationId, Consumer<Optional<Route>> found) {
        control.accept(() -> found.accept(replicator.find(allocationId)));
    }

    @Override
    public void inquire(FiveTuple fiveTuple, Consumer<Inquiry> answer) {
        byte[] key = RouteCodec.key(fiveTuple);
        control.accept(() -> replicator.inquire(key, clockMs.getAsLong(), known -> answer.accept(of(known))));
    }

    private static Inquiry of(KeyAnswer<Route> answer) {
        return switch (answer) {
            case KeyAnswer.Known<Route>(Route route) -> new Inquiry.Known(route);
            case KeyAnswer.Unknown<Route>() -> new Inquiry.Unknown();
            case KeyAnswer.Unsure<Route>() -> new Inquiry.Unsure();
        };
    }

    private record ToOutcome(Consumer<Outcome> outcome) implements OutcomeHandler<Route> {
        @Override
        public void onReplicated(Version version) {
            outcome.accept(new Outcome.Replicated(version));
        }

        @Override
        public void onConflict(Route existing) {
            outcome.accept(new Outcome.Conflict(existing));
        }

        @Override
        public void onGone() {
            outcome.accept(new Outcome.Gone());
        }
    }
}
