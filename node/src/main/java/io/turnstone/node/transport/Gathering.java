package io.turnstone.node.transport;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether to let datagrams gather before the next look: when at the present rate two or more would come within the
 * latency budget. One thread.
 */
final class Gathering {
    private static final double WORTH_WAITING_FOR = 2;
    private static final double SMOOTHING = 1.0 / 8;
    /** By which Linux may prolong a sleep (prctl(2), PR_SET_TIMERSLACK). */
    private static final long TIMER_SLACK_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final long budgetNs;
    private long lastNs;
    private long delivered;
    private double expected;

    /** @param budgetNs how long a datagram may wait; 0 not to wait */
    Gathering(long budgetNs) {
        this.budgetNs = budgetNs;
    }

    boolean isOn() {
        return budgetNs > 0;
    }

    void delivered(int count) {
        delivered += count;
    }

    /** @return how long to sleep now */
    long pauseNs(long nowNs) {
        double elapsedNs = Math.max(1, nowNs - lastNs);
        expected += (delivered * budgetNs / elapsedNs - expected) * SMOOTHING;
        lastNs = nowNs;
        delivered = 0;
        return expected >= WORTH_WAITING_FOR ? Math.max(0, budgetNs - TIMER_SLACK_NS) : 0;
    }
}
