package io.turnstone.loadtest.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many at once, whose CPU time, and how a {@link Sample} is told. */
public final class SampleOptions {
    private static final int FAILED = 3;
    private static final int CONCURRENT_MAX = 10_000;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--pid", paramLabel = "PID", description = "A process of the server on this machine, whose CPU time is told. Repeatable.")
    private List<Long> pids = List.of();

    @Option(names = "--concurrent", paramLabel = "N", defaultValue = "32", description = "How many may be under way at once (default: ${DEFAULT-VALUE}).")
    private int concurrent;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the result there.")
    private @Nullable Path json;

    /** @throws ParameterException if the value is outside */
    public void within(int value, String option, int least, int most) {
        Allowed.demand(commandLine(), value >= least && value <= most, option, value, least + " to " + most);
    }

    /** The server's processes; may be empty. */
    public List<Long> pids() {
        return List.copyOf(pids);
    }

    /** @throws ParameterException if it is outside what is allowed */
    public int concurrent() {
        within(concurrent, "--concurrent", 1, CONCURRENT_MAX);
        return concurrent;
    }

    /**
     * Measures and tells; the exit code says whether all went well.
     *
     * @param things that are made, such as {@code calls}
     */
    public int tell(String things, Supplier<Sample> measurement) throws IOException {
        PrintWriter out = commandLine().getOut();
        out.printf("making %s%n", things);
        out.flush();
        Sample sample = measurement.get();
        out.print(SampleReport.text(things, sample));
        out.flush();
        if (json != null) {
            Files.writeString(json, SampleReport.json(sample));
        }
        return sample.failures().isEmpty() ? CommandLine.ExitCode.OK : FAILED;
    }

    public CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}
