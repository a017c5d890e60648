package io.turnstone.loadtest.relay;

import io.turnstone.loadtest.relay.Rounds.Result;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Results for programs: every round of every server. Times are in seconds, round trips in microseconds. */
final class RelayJson {
    static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};

    private RelayJson() {}

    static String of(List<Result> results) {
        return results.stream()
            .map(RelayJson::result)
            .collect(Collectors.joining(",\n", "{\"servers\": [\n", "\n]}\n"));
    }

    private static String result(Result result) {
        return result.samples()
            .stream()
            .map(RelayJson::sample)
            .collect(Collectors.joining(",\n    ",
                "  {\"name\": \"" + result.target().name().replaceAll("[\"\\\\\\p{Cntrl}]", " ")
                    + "\", \"rounds\": [\n    ",
                "]}"));
    }

    private static String sample(RelaySample sample) {
        String percentiles = Arrays.stream(PERCENTILES)
            .mapToObj(each -> String.format(Locale.ROOT, "\"p%s\": %.1f", percentile(each),
                sample.roundTripMicroseconds(each)))
            .collect(Collectors.joining(", ", "{", "}"));
        return String.format(Locale.ROOT,
            "{\"seconds\": %.3f, \"sent\": %d, \"delivered\": %d, \"serverSecondsPerMillion\": %.3f, "
                + "\"systemSecondsPerMillion\": %.3f, \"roundTrip\": %s}",
            sample.seconds(), sample.sent(), sample.delivered(), sample.serverSecondsPerMillion(),
            sample.systemSecondsPerMillion(), percentiles);
    }

    private static String percentile(double percentile) {
        return percentile == Math.rint(percentile) ? Long.toString((long) percentile) : Double.toString(percentile);
    }
}
