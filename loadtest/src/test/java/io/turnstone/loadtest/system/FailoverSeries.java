package io.turnstone.loadtest.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.turnstone.loadtest.bed.HoldResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same fault again and again to one cluster, until enough runs were calm; a run in which the machine itself paused
 * is repeated. In the form that is not strict one run is enough, and one whose gaps are too long is repeated, since there
 * is no median to judge it by.
 * Every run is a row of a table in the test artefacts, which is logged as well.
 */
final class FailoverSeries {
    private static final Logger LOG = LoggerFactory.getLogger(FailoverSeries.class);

    private final FailoverPlan plan;
    private final FailoverForm form;
    private final List<HoldResult> results = new ArrayList<>();
    private final StringBuilder table = new StringBuilder();

    private FailoverSeries(FailoverPlan plan, FailoverForm form) {
        this.plan = plan;
        this.form = form;
    }

    static FailoverSeries run(FailoverPlan plan, FailoverForm form, FailoverRun.Fault fault) {
        return run(plan, form, run -> {}, fault);
    }

    /** @param rehearsal is done to the cluster first, and not judged: what a JVM does for the first time it interprets */
    static FailoverSeries run(FailoverPlan plan, FailoverForm form, FailoverRun.Fault rehearsal,
        FailoverRun.Fault fault) {
        FailoverSeries series = new FailoverSeries(plan, form);
        try (FailoverRun run = FailoverRun.start(plan, form, series.directory())) {
            rehearsal.inflict(run);
            do {
                series.runOnce(run, fault);
            } while (series.wantsMore());
        }
        series.finishTable();
        return series;
    }

    /** Nothing that a client would notice for good, in any run, however disturbed. */
    FailoverSeries assertNothingLost() {
        for (HoldResult result : results) {
            assertThat(result.lost()).as("allocations lost\n%s", table).isZero();
            assertThat(result.silent()).as("allocations silent\n%s", table).isZero();
            assertThat(result.errors()).as("errors that clients saw\n%s", table).isZero();
        }
        return this;
    }

    /**
     * The longest gap of each flow, against the plan's limits: its median in the median run, and the worst of all. The form
     * that is not strict is judged by its last calm run, which is another one when the one before it fell short.
     */
    FailoverSeries assertGaps() {
        assertEnoughCalm();
        List<HoldResult> judged = form.strict() ? calm() : calm().reversed().stream().limit(1).toList();
        assertThat(median(judged.stream().mapToDouble(HoldResult::medianGapMs).toArray())).as("median gap in ms\n%s",
            table).isLessThanOrEqualTo(plan.gaps().medianMs());
        for (HoldResult result : judged) {
            assertThat(result.worstGapMs()).as("worst gap in ms\n%s", table)
                .isLessThanOrEqualTo(plan.gaps().worstMs());
        }
        return this;
    }

    /** At least so many of the measured flows went on in every calm run, whatever became of the others. */
    FailoverSeries assertFlowing(int flowsMin) {
        for (HoldResult result : calm()) {
            assertThat(result.flowing()).as("flows without a gap of a second\n%s", table)
                .isGreaterThanOrEqualTo(flowsMin);
        }
        return this;
    }

    FailoverSeries assertLoss(double percentMax) {
        assertEnoughCalm();
        for (HoldResult result : calm()) {
            assertThat(result.lossPercent()).as("loss in percent\n%s", table).isLessThanOrEqualTo(percentMax);
        }
        return this;
    }

    private boolean wantsMore() {
        if (results.size() >= form.runsMax()) {
            return false;
        }
        List<HoldResult> calm = calm();
        return form.strict()
            ? calm.size() < form.runs()
            : !calm.isEmpty() && calm.stream().noneMatch(plan.gaps()::hold);
    }

    private void runOnce(FailoverRun run, FailoverRun.Fault fault) {
        if (!results.isEmpty()) {
            run.restore();
        }
        HoldResult result = holdThrough(run, fault);
        results.add(result);
        write(directory().resolve("drops-" + results.size() + ".txt"), run.drops());
        LOG.info("{}, run {}: {}", plan.name(), results.size(), row(result));
    }

    private HoldResult holdThrough(FailoverRun run, FailoverRun.Fault fault) {
        try {
            return run.holdThrough(fault);
        } catch (RuntimeException | AssertionError failed) {
            LOG.error("{} failed, and this is how things stood:\n{}", plan.name(), run.state(), failed);
            throw failed;
        }
    }

    private void assertEnoughCalm() {
        if (form.strict()) {
            assertThat(calm().size()).as("calm runs\n%s", table).isGreaterThanOrEqualTo(form.runs());
        }
    }

    private List<HoldResult> calm() {
        return results.stream().filter(result -> !result.isDisturbed()).toList();
    }

    private void finishTable() {
        table.append(String.format(Locale.ROOT, "%s (%s form), %d allocations, %d flows measured; runs in %s%n%n",
            plan.name(), form.name(), results.getLast().allocations(), results.getLast().flows(), directory()));
        table.append(
            "| run | gap median ms | gap worst ms | flows without a gap of 1 s | loss % | lost | silent | errors | control pause ms |\n");
        table.append("|---|---|---|---|---|---|---|---|---|\n");
        for (int i = 0; i < results.size(); i++) {
            table.append("| ").append(i + 1).append(row(results.get(i))).append('\n');
        }
        List<HoldResult> calm = calm();
        table.append(
            String.format(Locale.ROOT, "| %d calm runs, median | %.0f | %.0f | %.0f | %.3f | | | | |%n", calm.size(),
                median(calm.stream().mapToDouble(HoldResult::medianGapMs).toArray()),
                median(calm.stream().mapToDouble(HoldResult::worstGapMs).toArray()),
                median(calm.stream().mapToDouble(HoldResult::flowing).toArray()),
                median(calm.stream().mapToDouble(HoldResult::lossPercent).toArray())));
        write(directory().resolve("table.md"), table.toString());
        LOG.info("{}", table);
    }

    private static String row(HoldResult result) {
        return String.format(Locale.ROOT, " | %.0f | %.0f | %d | %.3f | %d | %d | %d | %.0f%s |", result.medianGapMs(),
            result.worstGapMs(), result.flowing(), result.lossPercent(), result.lost(), result.silent(),
            result.errors(),
            result.controlPauseMs(), result.isDisturbed() ? ", disturbed" : "");
    }

    private static double median(double[] figures) {
        Arrays.sort(figures);
        int middle = figures.length / 2;
        return figures.length == 0 ? 0 : (figures[(figures.length - 1) / 2] + figures[middle]) / 2;
    }

    private Path directory() {
        return Tools.ARTEFACTS.resolve(Path.of("failover", plan.name() + "-" + form.name()));
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
