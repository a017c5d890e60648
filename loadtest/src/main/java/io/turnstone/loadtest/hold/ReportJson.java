package io.turnstone.loadtest.hold;

import io.turnstone.loadtest.hold.HoldReport.FlowReport;
import io.turnstone.loadtest.hold.HoldReport.Summary;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A report for programs. Every text in it is this tool's own and needs no escaping. */
final class ReportJson {
    private ReportJson() {}

    static String of(HoldReport report) {
        return """
            {
              "seconds": %s,
              "allocations": {"held": %d, "lost": %d, "silent": %d},
              "foreign": %d,
              "requests": %d,
              "errors": %s,
              "control": %s,
              "summary": %s,
              "flows": %s
            }
            """.formatted(number(report.seconds()), report.allocations(), report.lost(), report.silent(),
            report.foreign(), report.requests(), array(report.errors(), ReportJson::error),
            direction(report.control()), array(report.summaries(), ReportJson::summary),
            array(report.flows(), ReportJson::flow));
    }

    private static String error(ClientErrors.Entry error) {
        return "{\"atSeconds\": %s, \"allocation\": %d, \"request\": \"%s\", \"what\": \"%s\"}".formatted(
            number(error.atSeconds()), error.allocation(), error.request(),
            error.what().replaceAll("[\"\\\\\\p{Cntrl}]", " "));
    }

    private static String summary(Summary summary) {
        return "{\"kind\": \"%s\", \"flows\": %d, \"gapMsMedian\": %s, \"gapMsWorst\": %s, \"sent\": %d, \"lost\": %d}"
            .formatted(summary.kind(), summary.flows(), number(summary.medianGapMs()), number(summary.worstGapMs()),
                summary.sent(), summary.lost());
    }

    private static String flow(FlowReport flow) {
        return "{\"name\": \"%s\", \"kind\": \"%s\", \"there\": %s, \"back\": %s}".formatted(flow.name(), flow.kind(),
            direction(flow.there()), direction(flow.back()));
    }

    private static String direction(DirectionReport direction) {
        return ("{\"sent\": %d, \"received\": %d, \"lost\": %d, \"duplicates\": %d, \"longestGapMs\": %s, "
            + "\"longestGapAtSeconds\": %s}").formatted(direction.sent(), direction.received(), direction.lost(),
                direction.duplicates(), number(direction.longestGapMs()), number(direction.longestGapAtSeconds()));
    }

    private static <T> String array(List<T> values, Function<T, String> text) {
        return values.stream().map(text).collect(Collectors.joining(",\n    ", "[\n    ", "]"));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
