package io.turnstone.loadtest.command;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What doing something at a server again and again came to. Immutable, any thread.
 *
 * @param done how often all of its requests succeeded
 * @param failures how often something else happened, by what it was
 * @param seconds from the first request until all had been answered
 * @param waitNs from its first request, an unauthenticated one included, to its last answer
 * @param serverSeconds CPU time of the server's processes meanwhile; 0 if unknown
 */
public record Sample(int done, Map<String, Integer> failures, double seconds, Histogram waitNs, double serverSeconds) {

    private static final double THOUSAND = 1_000;
    private static final double NS_PER_MS = 1e6;

    public double perSecond() {
        return done / seconds;
    }

    /** Milliseconds of CPU. */
    public double serverMsPerThousand() {
        return serverSeconds * THOUSAND * THOUSAND / Math.max(1, done);
    }

    public double waitMs(double percentile) {
        return waitNs.getValueAtPercentile(percentile) / NS_PER_MS;
    }
}
