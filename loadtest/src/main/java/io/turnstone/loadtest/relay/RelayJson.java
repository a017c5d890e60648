package io.turnstone.loadtest.relay;

import io.turnstone.loadtest.command.Percentiles;
import io.turnstone.loadtest.relay.Rounds.Result;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Results for programs: every round of every server. Times are in seconds, round trips in microseconds. */
final class RelayJson {
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
        return String.format(Locale.ROOT,
            "{\"seconds\": %.3f, \"sent\": %d, \"delivered\": %d, \"serverSecondsPerMillion\": %.3f, "
                + "\"othersSecondsPerMillion\": %.3f, \"systemSecondsPerMillion\": %.3f, \"roundTrip\": %s}",
            sample.seconds(), sample.sent(), sample.delivered(), sample.serverSecondsPerMillion(),
            sample.othersSecondsPerMillion(), sample.systemSecondsPerMillion(),
            Percentiles.json("%.1f", sample::roundTripMicroseconds));
    }
}
