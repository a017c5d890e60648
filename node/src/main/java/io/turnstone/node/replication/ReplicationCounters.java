package io.turnstone.node.replication;

import java.util.concurrent.atomic.AtomicLongArray;

/** Written by the control thread, read by any. */
@SuppressWarnings("EnumOrdinal") // cells that never leave the process
public final class ReplicationCounters {
    /** Bucket {@code i} counts delays below 2^i ms. */
    private static final int DELAY_BUCKETS = 24;

    private final AtomicLongArray cells = new AtomicLongArray(ReplicationCounter.values().length);
    private final AtomicLongArray delays = new AtomicLongArray(DELAY_BUCKETS);
    private volatile long lastDelayMs;
    private volatile int records;

    public long get(ReplicationCounter counter) {
        return cells.get(counter.ordinal());
    }

    /** Live records held. */
    public int records() {
        return records;
    }

    /** From the latest announcement that was acknowledged to its acknowledgement. */
    public long lastDelayMs() {
        return lastDelayMs;
    }

    /**
     * The delay between an announcement and its acknowledgement, rounded up to a power of two, since the start.
     *
     * @param quantile 0 to 1
     */
    public long delayMs(double quantile) {
        long total = 0;
        for (int i = 0; i < DELAY_BUCKETS; i++) {
            total += delays.get(i);
        }
        long rank = (long) Math.ceil(total * quantile);
        long seen = 0;
        for (int i = 0; i < DELAY_BUCKETS && total > 0; i++) {
            seen += delays.get(i);
            if (seen >= rank) {
                return 1L << i;
            }
        }
        return 0;
    }

    void increment(ReplicationCounter counter) {
        add(counter, 1);
    }

    void add(ReplicationCounter counter, long amount) {
        int cell = counter.ordinal();
        cells.setOpaque(cell, cells.getPlain(cell) + amount);
    }

    void records(int count) {
        records = count;
    }

    void acknowledgedAfter(long delayMs) {
        lastDelayMs = delayMs;
        int bucket = Math.min(DELAY_BUCKETS - 1, Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, delayMs)));
        delays.setOpaque(bucket, delays.getPlain(bucket) + 1);
    }
}
