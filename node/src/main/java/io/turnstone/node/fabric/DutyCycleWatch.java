package io.turnstone.node.fabric;

import java.util.concurrent.TimeUnit;

/** Measures how late this thread's own turns are, which its peers are told. One thread. */
final class DutyCycleWatch {
    private long lastTurnNs;
    private long worstSinceReportNs;

    DutyCycleWatch(long nowNs) {
        lastTurnNs = nowNs;
    }

    void onTurn(long nowNs) {
        worstSinceReportNs = Math.max(worstSinceReportNs, nowNs - lastTurnNs);
        lastTurnNs = nowNs;
    }

    /** The longest pause between two turns since the last report. */
    long reportLatenessMs() {
        long worstMs = TimeUnit.NANOSECONDS.toMillis(worstSinceReportNs);
        worstSinceReportNs = 0;
        return worstMs;
    }
}
