package io.turnstone.loadtest.relay;

import io.turnstone.loadtest.command.Percentiles;
import io.turnstone.loadtest.relay.Rounds.Result;
import io.turnstone.loadtest.relay.Rounds.Spread;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Results for people: medians over the rounds, the least and the most in parentheses. */
final class RelayTable {
    private RelayTable() {}

    static String of(List<Result> results) {
        Formatter text = new Formatter(Locale.ROOT);
        List<Result> servers = results.stream().filter(result -> !result.target().isNone()).toList();
        Optional<Result> none = results.stream().filter(result -> result.target().isNone()).findFirst();
        text.format("%-16s %10s %8s %26s %6s %18s   %s%n", "server", "packets/s", "loss", "CPU s per million packets",
            "ratio", "others', ratio", "round trip, us: p50 p90 p99 p99.9 most");
        for (Result result : servers) {
            Result first = servers.getFirst();
            Spread system = result.spread(RelaySample::othersSecondsPerMillion);
            text.format("%-16s %10.0f %6.3f %% %26s %6.2f %10.2f, %6.2f   %s%n", result.target().name(),
                result.median(RelaySample::packetsPerSecond), result.median(RelaySample::lossPercent),
                spread(result.cost()),
                result.cost().median() / first.cost().median(), system.median(),
                system.median() / first.spread(RelaySample::othersSecondsPerMillion).median(), roundTrip(result));
        }
        none.ifPresent(baseline -> tellBeyond(text, servers, baseline));
        return text.toString();
    }

    private static void tellBeyond(Formatter text, List<Result> servers, Result none) {
        text.format("%nwhole machine, CPU s per million packets; without a server %s at %.0f packets/s, p99 %.0f us%n",
            spread(none.spread(RelaySample::systemSecondsPerMillion)), none.median(RelaySample::packetsPerSecond),
            none.median(sample -> sample.roundTripMicroseconds(99)));
        text.format("%-16s %26s %12s %6s%n", "server", "whole machine", "beyond that", "ratio");
        for (Result result : servers) {
            double beyond = Rounds.beyondNone(result, none);
            text.format("%-16s %26s %12.2f %6.2f%n", result.target().name(),
                spread(result.spread(RelaySample::systemSecondsPerMillion)), beyond,
                beyond / Rounds.beyondNone(servers.getFirst(), none));
        }
    }

    private static String spread(Spread spread) {
        return String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", spread.median(), spread.least(), spread.most());
    }

    private static String roundTrip(Result result) {
        return Percentiles.told()
            .mapToObj(percentile -> String.format(Locale.ROOT, "%8.0f",
                result.median(sample -> sample.roundTripMicroseconds(percentile))))
            .collect(Collectors.joining());
    }
}
