package io.turnstone.node.fabric;

import java.util.concurrent.TimeUnit;

/**
 * Tells how late this thread's own turns are, so that a node that stood still does not blame the others for it: after a
 * turn that was late by more than half the time-out it judges nobody until a full time-out has passed. One thread.
 */
final class DutyCycleWatch {
    private final long suspectAfterNs;
    private long lastTurnNs;
    private long judgeFromNs;
    private long worstSinceReportNs;

    /** Judges nobody until a full time-out after the start. */
    DutyCycleWatch(long suspectAfterMs, long nowNs) {
        suspectAfterNs = TimeUnit.MILLISECONDS.toNanos(suspectAfterMs);
        lastTurnNs = nowNs;
        judgeFromNs = nowNs + suspectAfterNs;
    }

    void onTurn(long nowNs) {
        long gapNs = nowNs - lastTurnNs;
        lastTurnNs = nowNs;
        worstSinceReportNs = Math.max(worstSinceReportNs, gapNs);
        if (gapNs > suspectAfterNs / 2) {
            judgeFromNs = nowNs + suspectAfterNs;
        }
    }

    boolean mayJudge(long nowNs) {
        return nowNs - judgeFromNs >= 0;
    }

    /** The longest pause between two turns since the last report. */
    long reportLatenessMs() {
        long worstMs = TimeUnit.NANOSECONDS.toMillis(worstSinceReportNs);
        worstSinceReportNs = 0;
        return worstMs;
    }
}
