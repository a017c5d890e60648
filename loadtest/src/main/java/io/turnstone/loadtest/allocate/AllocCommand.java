package io.turnstone.loadtest.allocate;

import io.turnstone.loadtest.command.SampleOptions;
import io.turnstone.loadtest.relay.RelayTarget;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code turnstone-loadtest alloc}: how fast allocations can be made. */
@Command(name = "alloc", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, description = {
    "Makes allocations as fast as the server answers, each by a client of its own that is challenged first, and tells how",
    "many a second, how long each took, and what a thousand cost the server in CPU time; then gives them back.%n"}, footerHeading = "%nExample:%n", footer = {
        "  turnstone-loadtest alloc --server 127.0.0.1:3478 --user ann:secret --allocations 5000 --peer 192.0.2.1:9 --pid PID"})
public final class AllocCommand implements Callable<Integer> {
    private static final int ALLOCATIONS_MAX = 100_000;
    private static final int RATE_MAX = 100_000;

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private SampleOptions sample = new SampleOptions();

    @Option(names = "--allocations", paramLabel = "N", defaultValue = "1000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int allocations;

    @Option(names = "--rate", paramLabel = "N", defaultValue = "0", description = "Begun a second; 0: as soon as there is room (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Override
    public Integer call() throws IOException {
        sample.within(allocations, "--allocations", 1, ALLOCATIONS_MAX);
        sample.within(rate, "--rate", 0, RATE_MAX);
        AllocationPlan plan = new AllocationPlan(allocations, sample.concurrent(), rate, server.peer, 0);
        RelayTarget target = server.target(sample);
        return sample.tell("allocations", () -> AllocationRun.measure(target, plan));
    }
}
