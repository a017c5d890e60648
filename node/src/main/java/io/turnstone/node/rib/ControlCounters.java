package io.turnstone.node.rib;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** One count for each constant of an enum. The control thread counts, any thread reads. */
public final class ControlCounters<C extends Enum<C>> {
    private final Map<C, AtomicLong> counts;

    public ControlCounters(Class<C> counters) {
        counts = new EnumMap<>(counters);
        for (C counter : counters.getEnumConstants()) {
            counts.put(counter, new AtomicLong());
        }
    }

    public void increment(C counter) {
        AtomicLong count = of(counter);
        count.lazySet(count.getPlain() + 1);
    }

    public long get(C counter) {
        return of(counter).get();
    }

    private AtomicLong of(C counter) {
        return Objects.requireNonNull(counts.get(counter));
    }
}
