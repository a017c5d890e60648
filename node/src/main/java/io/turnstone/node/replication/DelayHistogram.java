package io.turnstone.node.replication;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** How many delays fell into each class since the start. Written by the replicator's thread, read by any. */
public final class DelayHistogram {
    private static final int[] BOUNDS_MS = {1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 75, 100, 200, 500, 1_000, 5_000};

    private final AtomicLongArray counts = new AtomicLongArray(BOUNDS_MS.length + 1);
    private final AtomicLong totalMs = new AtomicLong();

    void record(long delayMs) {
        int index = 0;
        while (index < BOUNDS_MS.length && delayMs > BOUNDS_MS[index]) {
            index++;
        }
        counts.setOpaque(index, counts.getPlain(index) + 1);
        totalMs.setOpaque(totalMs.getPlain() + delayMs);
    }

    /** Classes, the last of which has no upper bound. */
    public int size() {
        return counts.length();
    }

    /** The longest delay of a class, {@link Double#POSITIVE_INFINITY} for the last one. */
    public double upperMs(int index) {
        return index < BOUNDS_MS.length ? BOUNDS_MS[index] : Double.POSITIVE_INFINITY;
    }

    /** Delays in this class alone. */
    public long count(int index) {
        return counts.get(index);
    }

    /** The sum of all delays. */
    public long totalMs() {
        return totalMs.get();
    }
}
