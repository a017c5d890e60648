package io.turnstone.loadtest.allocate;

import io.turnstone.loadtest.command.Allowed;
import io.turnstone.loadtest.relay.RelayTarget;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How the result is told, and what every command of this package has in common. */
final class RunOptions {
    private static final int FAILED = 3;
    private static final int CONCURRENT_MAX = 10_000;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the result there.")
    private @Nullable Path json;

    /** @throws ParameterException if the value is outside */
    void within(int value, String option, int least, int most) {
        Allowed.demand(commandLine(), value >= least && value <= most, option, value, least + " to " + most);
    }

    /** Measures and tells; the exit code says whether all allocations could be made. */
    int measure(ServerOptions server, AllocationPlan plan) throws IOException {
        within(plan.concurrent(), "--concurrent", 1, CONCURRENT_MAX);
        RelayTarget target = server.target(commandLine());
        PrintWriter out = commandLine().getOut();
        out.printf("making %d allocations at %s:%d%n", plan.count(), target.first().getHostString(),
            target.first().getPort());
        out.flush();
        AllocationSample sample = AllocationRun.measure(target, plan);
        out.print(AllocationReport.text(sample));
        out.flush();
        if (json != null) {
            Files.writeString(json, AllocationReport.json(sample));
        }
        return sample.failures().isEmpty() ? CommandLine.ExitCode.OK : FAILED;
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}
