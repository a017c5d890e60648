package io.turnstone.loadtest.relay;

import io.turnstone.loadtest.client.Pause;
import io.turnstone.loadtest.server.ProcessorTime;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** One measurement of one server, with allocations of its own. */
public final class RelayRun {
    private static final double NS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private RelayRun() {}

    /** What has been counted by a moment. */
    private record Reading(long atNs, long sent, long delivered, double serverSeconds, double systemSeconds,
        double ownSeconds) {

        static Reading of(Generator generator, RelayTarget target) {
            return new Reading(
                System.nanoTime(),
                generator.count(RelayCounter.SENT),
                generator.count(RelayCounter.DELIVERED),
                target.processorSeconds(),
                ProcessorTime.ofSystem(),
                ProcessorTime.of(ProcessHandle.current().pid()));
        }
    }

    /**
     * Makes the allocations, relays, measures, and gives the allocations back.
     *
     * @throws IOException if a socket cannot be opened
     * @throws IllegalStateException if the server refuses something
     */
    public static RelaySample measure(RelayTarget target, RelayPlan plan) throws IOException {
        FlowMaker flows = FlowMaker.make(target, plan);
        Generator generator = Generator.open(plan, flows.parties());
        try {
            generator.start();
            Pause.seconds(plan.warmUpSeconds());
            generator.takeRoundTrips();
            Reading before = Reading.of(generator, target);
            Pause.seconds(plan.seconds());
            Reading after = Reading.of(generator, target);
            return new RelaySample(
                (after.atNs - before.atNs) / NS_PER_SECOND,
                after.sent - before.sent,
                after.delivered - before.delivered,
                generator.takeRoundTrips(),
                after.serverSeconds - before.serverSeconds,
                after.systemSeconds - before.systemSeconds,
                after.ownSeconds - before.ownSeconds);
        } finally {
            generator.close(flows.farewells());
        }
    }
}
