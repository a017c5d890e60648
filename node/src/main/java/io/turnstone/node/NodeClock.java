package io.turnstone.node;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Epoch milliseconds that never go back: the wall clock at the start of the process, and the time that has passed since.
 * Deadlines in routes are in it, so the machines' clocks must agree to about a second. Any thread.
 */
final class NodeClock implements LongSupplier {
    private final long startMs = System.currentTimeMillis();
    private final long startNs = System.nanoTime();

    @Override
    public long getAsLong() {
        return startMs + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    }
}
