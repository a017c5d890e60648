package io.turnstone.loadtest.allocate;

import io.turnstone.loadtest.command.SampleOptions;
import io.turnstone.loadtest.relay.RelayTarget;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code turnstone-loadtest churn}: allocations come and go at a steady rate. */
@Command(name = "churn", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, description = {
    "Makes allocations at a steady rate and gives each back some seconds later, and tells how long a client waited, and what",
    "a thousand cost the server in CPU time, giving back included. Run it beside 'relay' to see what it does to media.%n"}, footerHeading = "%nExample:%n", footer = {
        "  turnstone-loadtest churn --server 127.0.0.1:3478 --user ann:secret --rate 500 --seconds 30"})
public final class ChurnCommand implements Callable<Integer> {
    private static final int RATE_MAX = 10_000;
    private static final int SECONDS_MAX = 3_600;
    private static final int HOLD_SECONDS_MAX = 300;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private SampleOptions sample = new SampleOptions();

    @Option(names = "--rate", paramLabel = "N", defaultValue = "100", description = "Allocations begun a second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "10", description = "For how long (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--keep", paramLabel = "SECONDS", defaultValue = "2", description = "How long each is kept (default: ${DEFAULT-VALUE}).")
    private int holdSeconds;

    @Override
    public Integer call() throws IOException {
        sample.within(rate, "--rate", 1, RATE_MAX);
        sample.within(seconds, "--seconds", 1, SECONDS_MAX);
        sample.within(holdSeconds, "--keep", 1, HOLD_SECONDS_MAX);
        AllocationPlan plan = new AllocationPlan(rate * seconds, sample.concurrent(), rate, server.peer, holdSeconds);
        RelayTarget target = server.target(sample);
        return sample.tell("allocations", () -> AllocationRun.measure(target, plan));
    }
}
