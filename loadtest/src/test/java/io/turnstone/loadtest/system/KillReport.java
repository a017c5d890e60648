package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.system.Outcome.IceState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What kills in the middle of calls did, as a table with median and worst, and as what a call may suffer. */
final class KillReport {
    private static final double GAP_MS_MAX = 2_000;
    private static final double ICE_AWAY_MS_MAX = 3_000;

    private final String name;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final StringBuilder table = new StringBuilder(
        "run  side  longest gap ms  usual ms  packets lost  ICE states entered  pair changes\n");
    private int runs;

    /** @param name of its files */
    KillReport(String name) {
        this.name = name;
    }

    void add(Map<String, Outcome> sides) {
        runs++;
        sides.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(side -> {
            Outcome outcome = side.getValue();
            outcomes.add(outcome);
            table.append(String.format(Locale.ROOT, "%3d  %4s  %14.0f  %8.0f  %12d  %18s  %12d%n", runs, side.getKey(),
                outcome.gapMs(), outcome.usualGapMs(), outcome.packetsLost(),
                outcome.iceStates().isEmpty() ? "none" : outcome.iceStates(), outcome.pairChanges()));
        });
    }

    /** @param state explains a run with a gap that is too long */
    void add(Map<String, Outcome> sides, Supplier<String> state) {
        add(sides);
        if (sides.values().stream().anyMatch(side -> side.gapMs() > GAP_MS_MAX)) {
            table.append(state.get());
        }
    }

    /** Keeps what the page shows of the run that was added last. */
    void keep(String plot, byte[] screenshot) throws IOException {
        Files.writeString(Tools.ARTEFACTS.resolve(name + "-" + runs + ".svg"), plot);
        Files.write(Tools.ARTEFACTS.resolve(name + "-" + runs + ".png"), screenshot);
    }

    void write() throws IOException {
        Path file = Tools.ARTEFACTS.resolve(name + ".txt");
        Files.writeString(file, table + summary("longest gap ms", Outcome::gapMs)
            + summary("usual ms", Outcome::usualGapMs) + summary("packets lost", Outcome::packetsLost));
    }

    private String summary(String name, ToDoubleFunction<Outcome> value) {
        double[] sorted = outcomes.stream().mapToDouble(value).sorted().toArray();
        return String.format(Locale.ROOT, "%s: median %.0f, worst %.0f%n", name, sorted[sorted.length / 2],
            sorted[sorted.length - 1]);
    }

    /** The longest gap, the pair, and ICE, which may leave the connected states for some seconds at most. */
    void assertUnharmed() {
        assertThat(outcomes).as(table.toString()).isNotEmpty().allSatisfy(outcome -> {
            assertThat(outcome.gapMs()).as("longest gap").isLessThanOrEqualTo(GAP_MS_MAX);
            assertThat(outcome.pairChanges()).as("changes of the selected pair").isZero();
            assertThat(msAway(outcome.iceStates())).as("ms not connected").isLessThanOrEqualTo(ICE_AWAY_MS_MAX);
        });
    }

    private static double msAway(List<IceState> states) {
        double away = 0;
        for (int i = 0; i < states.size(); i++) {
            if (!states.get(i).isAlive()) {
                away += (i + 1 < states.size() ? states.get(i + 1).afterMs() : Double.MAX_VALUE)
                    - states.get(i).afterMs();
            }
        }
        return away;
    }
}
