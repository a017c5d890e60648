package io.turnstone.loadtest.command;

import java.util.Locale;
import java.util.stream.Collectors;

/** A {@link Sample} for people and for programs. */
final class SampleReport {
    private SampleReport() {}

    /** @param things that were made, such as {@code calls} */
    static String text(String things, Sample sample) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
            "%d %s made in %.2f s: %.0f per second%nwait, ms: p50 %.2f, p90 %.2f, p99 %.2f, p99.9 %.2f, most %.2f%n",
            sample.done(), things, sample.seconds(), sample.perSecond(), sample.waitMs(50), sample.waitMs(90),
            sample.waitMs(99), sample.waitMs(99.9), sample.waitMs(100)));
        if (sample.serverSeconds() > 0) {
            text.append(String.format(Locale.ROOT, "server: %.0f ms of CPU per thousand%n",
                sample.serverMsPerThousand()));
        }
        sample.failures()
            .forEach((what, count) -> text.append(String.format(Locale.ROOT, "failed: %s, %d times%n", what, count)));
        return text.toString();
    }

    static String json(Sample sample) {
        String failures = sample.failures()
            .entrySet()
            .stream()
            .map(each -> "\"" + each.getKey() + "\": " + each.getValue())
            .collect(Collectors.joining(", ", "{", "}"));
        return String.format(Locale.ROOT,
            "{\"made\": %d, \"seconds\": %.3f, \"perSecond\": %.1f, \"waitMs\": %s, \"serverMsPerThousand\": %.1f, "
                + "\"failures\": %s}%n",
            sample.done(), sample.seconds(), sample.perSecond(), Percentiles.json("%.3f", sample::waitMs),
            sample.serverMsPerThousand(), failures);
    }
}
