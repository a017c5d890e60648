package io.turnstone.node.allocation;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** The counts of {@link TurnCounter}. The control thread counts, any thread reads. */
public final class TurnCounters {
    private final Map<TurnCounter, AtomicLong> counts = new EnumMap<>(TurnCounter.class);

    public TurnCounters() {
        for (TurnCounter counter : TurnCounter.values()) {
            counts.put(counter, new AtomicLong());
        }
    }

    void increment(TurnCounter counter) {
        AtomicLong count = of(counter);
        count.lazySet(count.getPlain() + 1);
    }

    public long get(TurnCounter counter) {
        return of(counter).get();
    }

    private AtomicLong of(TurnCounter counter) {
        return Objects.requireNonNull(counts.get(counter));
    }
}
