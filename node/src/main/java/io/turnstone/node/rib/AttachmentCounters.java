package io.turnstone.node.rib;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** The counts of {@link AttachmentCounter}. The control thread counts, any thread reads. */
public final class AttachmentCounters {
    private final Map<AttachmentCounter, AtomicLong> counts = new EnumMap<>(AttachmentCounter.class);

    AttachmentCounters() {
        for (AttachmentCounter counter : AttachmentCounter.values()) {
            counts.put(counter, new AtomicLong());
        }
    }

    void increment(AttachmentCounter counter) {
        AtomicLong count = of(counter);
        count.lazySet(count.getPlain() + 1);
    }

    public long get(AttachmentCounter counter) {
        return of(counter).get();
    }

    private AtomicLong of(AttachmentCounter counter) {
        return Objects.requireNonNull(counts.get(counter));
    }
}
