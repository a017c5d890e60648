package io.turnstone.node.replication;

import java.util.concurrent.atomic.AtomicLongArray;

/** Written by the replicator's thread, read by any. */
@SuppressWarnings("EnumOrdinal") // cells that never leave the process
public final class ReplicationCounters {
    private final AtomicLongArray cells = new AtomicLongArray(ReplicationCounter.values().length);
    private final DelayHistogram delays = new DelayHistogram();
    private volatile int records;

    public long get(ReplicationCounter counter) {
        return cells.get(counter.ordinal());
    }

    /** Live records held. */
    public int records() {
        return records;
    }

    /**
     * From an announcement to the acknowledgements that it waited for. No clock of another node is read: the time until
     * those nodes had taken it is shorter by the way back.
     */
    public DelayHistogram delays() {
        return delays;
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
        delays.record(delayMs);
    }
}
