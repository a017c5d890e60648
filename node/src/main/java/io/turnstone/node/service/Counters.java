package io.turnstone.node.service;

import java.util.concurrent.atomic.AtomicLongArray;

/** One count for each constant of an enum. Any thread counts, any thread reads. */
public final class Counters<C extends Enum<C>> {
    private final AtomicLongArray counts;

    public Counters(Class<C> counters) {
        counts = new AtomicLongArray(counters.getEnumConstants().length);
    }

    @SuppressWarnings("EnumOrdinal") // never leaves this process
    public void add(C counter) {
        counts.incrementAndGet(counter.ordinal());
    }

    @SuppressWarnings("EnumOrdinal") // never leaves this process
    public long get(C counter) {
        return counts.get(counter.ordinal());
    }
}
