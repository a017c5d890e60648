package io.turnstone.node.signaling;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts what happens in an engine. Written by the engine's thread, read by any. */
public final class SipCounters {
    private final AtomicLongArray counts = new AtomicLongArray(SipCounter.values().length);

    @SuppressWarnings("EnumOrdinal") // never leaves this process
    void add(SipCounter counter) {
        int index = counter.ordinal();
        counts.setRelease(index, counts.getPlain(index) + 1);
    }

    @SuppressWarnings("EnumOrdinal") // never leaves this process
    public long get(SipCounter counter) {
        return counts.getAcquire(counter.ordinal());
    }
}
