package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.hold.HoldReport.FlowReport;
import io.turnstone.loadtest.hold.HoldReport.Summary;
import java.util.Comparator;
import java.util.Formatter;
import java.util.Locale;

/** A report for people: a line for each kind of flow, then the flows with the longest gaps, then the errors. */
final class ReportTable {
    private static final int ERRORS_MAX = 20;

    private ReportTable() {}

    static String of(HoldReport report, int rows) {
        Formatter text = new Formatter(Locale.ROOT);
        text.format("%d allocations held for %.1f s: %d lost, %d silent, %d client-visible errors in %d requests%n",
            report.allocations(), report.seconds(), report.lost(), report.silent(), report.errors().size(),
            report.requests());
        text.format("control flow: longest pause %.0f ms, %d of %d lost%s%n", report.control().longestGapMs(),
            report.control().lost(), report.control().sent(),
            report.isDisturbed() ? "; the machine paused, so repeat this run" : "");
        if (report.foreign() > 0) {
            text.format("%d datagrams came from another address than the server's and were dropped%n",
                report.foreign());
        }
        if (!report.flows().isEmpty()) {
            summaries(text, report);
            flows(text, report, rows);
        }
        report.errors().stream().limit(ERRORS_MAX).forEach(error -> text.format("error: %s%n", error));
        if (report.errors().size() > ERRORS_MAX) {
            text.format("… and %d more errors%n", report.errors().size() - ERRORS_MAX);
        }
        return text.toString();
    }

    private static void summaries(Formatter text, HoldReport report) {
        text.format("%n%-22s %6s %12s %12s %10s %8s %8s%n", "flows", "count", "gap median", "gap worst", "sent", "lost",
            "loss");
        for (Summary summary : report.summaries()) {
            text.format("%-22s %6d %9.0f ms %9.0f ms %10d %8d %6.2f %%%n", summary.kind(), summary.flows(),
                summary.medianGapMs(), summary.worstGapMs(), summary.sent(), summary.lost(), summary.lossPercent());
        }
    }

    private static void flows(Formatter text, HoldReport report, int rows) {
        text.format("%n%-6s %-22s %9s %7s %9s %8s %9s %7s %9s %8s%n", "flow", "the longest gaps first", "sent", "lost",
            "gap ms", "at s", "sent back", "lost", "gap ms", "at s");
        report.flows()
            .stream()
            .sorted(Comparator.comparingDouble(FlowReport::longestGapMs).reversed())
            .limit(rows)
            .forEach(flow -> text.format("%-6s %-22s %s %s%n", flow.name(), flow.kind(), cells(flow.there()),
                cells(flow.back())));
    }

    private static String cells(DirectionReport direction) {
        String at = direction.longestGapAtSeconds() < 0
            ? "-"
            : String.format(Locale.ROOT, "%.2f", direction.longestGapAtSeconds());
        return String.format(Locale.ROOT, "%9d %7d %9.0f %8s", direction.sent(), direction.lost(),
            direction.longestGapMs(), at);
    }
}
