package io.turnstone.loadtest.signaling;

import io.turnstone.loadtest.command.SampleOptions;
import io.turnstone.loadtest.signaling.SignalingPlan.Activity;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code turnstone-loadtest register}: how fast users can register. */
@Command(name = "register", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, description = {
    "Users register by SIP again and again, challenged each time, as fast as the server answers; tells how many a second,",
    "how long each took, and what a thousand cost the server in CPU time.%n"}, footerHeading = "%nExample:%n", footer = {
        "  turnstone-loadtest register --server 127.0.0.1:8080 --domain example.org --user load:secret --users 200 --pid PID"})
public final class RegisterCommand implements Callable<Integer> {
    private static final int COUNT_MAX = 10_000_000;

    @Mixin
    private UserOptions users = new UserOptions();

    @Mixin
    private SampleOptions sample = new SampleOptions();

    @Option(names = "--registrations", paramLabel = "N", defaultValue = "10000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int registrations;

    @Override
    public Integer call() throws IOException {
        sample.within(registrations, "--registrations", 1, COUNT_MAX);
        SignalingTarget target = users.target(sample);
        SignalingPlan plan = users.plan(Activity.REGISTER, registrations, 0, sample);
        return sample.tell("registrations", () -> SignalingUsers.measure(target, plan));
    }
}
