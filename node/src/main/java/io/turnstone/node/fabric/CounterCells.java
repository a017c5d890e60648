package io.turnstone.node.fabric;

import java.util.concurrent.atomic.AtomicLongArray;

/** One lane's counts: written by its thread, read by any. */
@SuppressWarnings("EnumOrdinal") // an index within this process, never stored or sent
final class CounterCells {
    private final AtomicLongArray cells = new AtomicLongArray(FabricCounter.values().length);

    void increment(FabricCounter counter) {
        add(counter, 1);
    }

    void add(FabricCounter counter, long amount) {
        int cell = counter.ordinal();
        cells.setOpaque(cell, cells.getPlain(cell) + amount);
    }

    long get(FabricCounter counter) {
        return cells.getOpaque(counter.ordinal());
    }
}
