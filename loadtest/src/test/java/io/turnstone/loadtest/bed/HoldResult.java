package io.turnstone.loadtest.bed;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a hold reported.
 *
 * @param flowing of the measured flows, those without a gap of a second in either direction
 * @param lossPercent of all packets on measured flows
 * @param controlPauseMs the longest pause of a flow that meets neither balancer nor relay
 * @param text the report as people read it
 */
public record HoldResult(int allocations, int lost, int silent, int errors, int flows, int flowing,
    double medianGapMs, double worstGapMs, double lossPercent, double controlPauseMs, String text) {
    /** The machine itself paused: what the flows show is not the relay's doing alone. */
    private static final double DISTURBED_MS = 100;
    private static final double FLOWING_MS_MAX = 1_000;

    static HoldResult read(Path json, String text) {
        if (!Files.exists(json)) {
            throw new IllegalStateException("hold wrote no report:\n" + text);
        }
        Config report = ConfigFactory.parseFile(json.toFile());
        Config all = report.getConfigList("summary").getLast();
        double sent = Math.max(1, all.getDouble("sent"));
        return new HoldResult(report.getInt("allocations.held"), report.getInt("allocations.lost"),
            report.getInt("allocations.silent"), report.getList("errors").size(), all.getInt("flows"),
            flowing(report), all.getDouble("gapMsMedian"), all.getDouble("gapMsWorst"),
            100 * all.getDouble("lost") / sent,
            report.getDouble("control.longestGapMs"), text);
    }

    private static int flowing(Config report) {
        return (int) report.getConfigList("flows")
            .stream()
            .filter(
                flow -> Math.max(flow.getDouble("there.longestGapMs"),
                    flow.getDouble("back.longestGapMs")) < FLOWING_MS_MAX)
            .count();
    }

    public boolean isDisturbed() {
        return controlPauseMs > DISTURBED_MS;
    }
}
