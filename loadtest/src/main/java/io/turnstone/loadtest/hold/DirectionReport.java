package io.turnstone.loadtest.hold;

/**
 * One direction of a flow within the window.
 *
 * @param received distinct packets
 * @param longestGapMs the longest time between two arrivals, the window's start and its end counting as arrivals
 * @param longestGapAtSeconds when that gap began, from the window's start; −1 where only the peer knows
 */
record DirectionReport(long sent, long received, long duplicates, double longestGapMs, double longestGapAtSeconds) {
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_SECOND = 1e9;

    static DirectionReport of(long sent, Arrivals arrivals) {
        return new DirectionReport(sent, arrivals.received(), arrivals.duplicates(),
            arrivals.longestGapNs() / NS_PER_MS,
            arrivals.longestGapAtNs() / NS_PER_SECOND);
    }

    long lost() {
        return Math.max(0, sent - received);
    }
}
