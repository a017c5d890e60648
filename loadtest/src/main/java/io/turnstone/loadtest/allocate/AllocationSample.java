package io.turnstone.loadtest.allocate;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What making allocations came to. Immutable, any thread.
 *
 * @param made allocations whose every request succeeded
 * @param failures how often something else happened, by what it was
 * @param seconds from the first request until all were made
 * @param waitNs from the first request of an allocation, the unauthenticated one included, to its last answer
 * @param serverSeconds CPU time of the server's processes meanwhile, giving back included where that happened; 0 if unknown
 */
record AllocationSample(int made, Map<String, Integer> failures, double seconds, Histogram waitNs,
    double serverSeconds) {

    private static final double THOUSAND = 1_000;
    private static final double NS_PER_MS = 1e6;

    double perSecond() {
        return made / seconds;
    }

    double serverMsPerThousand() {
        return serverSeconds * THOUSAND * THOUSAND / Math.max(1, made);
    }

    double waitMs(double percentile) {
        return waitNs.getValueAtPercentile(percentile) / NS_PER_MS;
    }
}
