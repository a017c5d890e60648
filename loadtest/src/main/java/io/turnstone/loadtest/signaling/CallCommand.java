package io.turnstone.loadtest.signaling;

import io.turnstone.loadtest.command.Allowed;
import io.turnstone.loadtest.command.SampleOptions;
import io.turnstone.loadtest.signaling.SignalingPlan.Activity;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code turnstone-loadtest call}: how fast calls can be made. */
@Command(name = "call", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, description = {
    "Users register by SIP, then every other one calls the next, who takes the call; the caller hangs up at once and calls",
    "again. Tells how many calls a second, how long each took, and what a thousand cost the server in CPU time.%n"}, footerHeading = "%nExample:%n", footer = {
        "  turnstone-loadtest call --server 127.0.0.1:8080 --domain example.org --user load:secret --users 200 --pid PID"})
public final class CallCommand implements Callable<Integer> {
    private static final int COUNT_MAX = 10_000_000;
    private static final int BODY_BYTES_MAX = 60_000;

    @Mixin
    private UserOptions users = new UserOptions();

    @Mixin
    private SampleOptions sample = new SampleOptions();

    @Option(names = "--calls", paramLabel = "N", defaultValue = "1000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int calls;

    @Option(names = "--sdp", paramLabel = "BYTES", defaultValue = "5000", description = "Length of the session descriptions (default: ${DEFAULT-VALUE}).")
    private int bodyBytes;

    @Override
    public Integer call() throws IOException {
        sample.within(calls, "--calls", 1, COUNT_MAX);
        sample.within(bodyBytes, "--sdp", 0, BODY_BYTES_MAX);
        SignalingTarget target = users.target(sample);
        SignalingPlan plan = users.plan(Activity.CALL, calls, bodyBytes, sample);
        Allowed.demand(sample.commandLine(), plan.users() % 2 == 0, "--users", plan.users(), "an even number");
        return sample.tell("calls", () -> SignalingUsers.measure(target, plan));
    }
}
