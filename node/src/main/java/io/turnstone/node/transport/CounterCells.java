package io.turnstone.node.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One thread's counters, a cell per constant of an enum. The owning thread adds without locked instructions; any thread
 * reads and adds several threads' cells up.
 */
public final class CounterCells<E extends Enum<E>> {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    /** Keeps the cells of two threads off one cache line. */
    private static final int PADDING = 16;

    private final long[] cells;

    public CounterCells(Class<E> type) {
        cells = new long[type.getEnumConstants().length + 2 * PADDING];
    }

    public void increment(E counter) {
        add(counter, 1);
    }

    public void add(E counter, long amount) {
        int index = index(counter);
        CELL.setOpaque(cells, index, cells[index] + amount);
    }

    /** Any thread. */
    public long get(E counter) {
        return (long) CELL.getOpaque(cells, index(counter));
    }

    @SuppressWarnings("EnumOrdinal") // a position in memory, never stored
    private int index(E counter) {
        return PADDING + counter.ordinal();
    }
}
