package io.turnstone.loadtest.compare;

import io.turnstone.loadtest.relay.RelaySample;
import io.turnstone.loadtest.relay.Rounds;
import java.util.List;
import java.util.Locale;

/** What a packet costs a server with few and with many allocations, by the medians. Any thread once both are complete. */
record Growth(Rounds.Result few, Rounds.Result many) {
    /** For PERFORMANCE.md; the last server is the one that the others are compared with. */
    static String table(int few, int many, List<Growth> growths) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
            """
                | server | %,d allocations: CPU s per million packets, median (least–most) | %,d allocations | growth | beyond the %s | packets/s | loss |
                |---|---|---|---|---|---|---|
                """,
            few, many, growths.getLast().many.target().name()));
        growths.forEach(growth -> text.append(growth.row(growths.getLast())));
        return text.toString();
    }

    double microseconds() {
        return many.cost().median() - few.cost().median();
    }

    double percent() {
        return 100 * microseconds() / few.cost().median();
    }

    private String row(Growth yardstick) {
        return String.format(Locale.ROOT,
            "| %s | %s | %s | %+.1f %%, %+.2f µs | %+.1f %%, %+.2f µs | %.0f, %.0f | %.3f %%, %.3f %% |%n",
            few.target().name(), spread(few), spread(many), percent(), microseconds(),
            percent() - yardstick.percent(), microseconds() - yardstick.microseconds(),
            few.median(RelaySample::packetsPerSecond), many.median(RelaySample::packetsPerSecond),
            few.median(RelaySample::lossPercent), many.median(RelaySample::lossPercent));
    }

    private static String spread(Rounds.Result result) {
        Rounds.Spread cost = result.cost();
        return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", cost.median(), cost.least(), cost.most());
    }
}
