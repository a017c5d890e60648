package io.turnstone.loadtest.system;

import io.turnstone.loadtest.bed.HoldResult;

/**
 * How long the longest gap of a flow may be in a calm run, in ms.
 *
 * @param medianMs of all measured flows
 * @param worstMs of any of them
 */
record GapLimits(double medianMs, double worstMs) {
    static final GapLimits NONE = each(Double.POSITIVE_INFINITY);
    /** What a sudden failure may cost: one round of health checks, and the balancer's answer to it. */
    static final GapLimits FAILOVER = new GapLimits(600, 1_000);

    static GapLimits each(double ms) {
        return new GapLimits(ms, ms);
    }

    boolean hold(HoldResult result) {
        return result.medianGapMs() <= medianMs && result.worstGapMs() <= worstMs;
    }
}
