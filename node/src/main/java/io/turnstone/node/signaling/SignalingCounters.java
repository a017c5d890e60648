package io.turnstone.node.signaling;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts what happens between connections and the engine. Any thread. */
public final class SignalingCounters {
    private final AtomicLongArray counts = new AtomicLongArray(SignalingCounter.values().length);

    @SuppressWarnings("EnumOrdinal") // never leaves this process
    void add(SignalingCounter counter) {
        counts.incrementAndGet(counter.ordinal());
    }

    @SuppressWarnings("EnumOrdinal") // never leaves this process
    public long get(SignalingCounter counter) {
        return counts.get(counter.ordinal());
    }
}
