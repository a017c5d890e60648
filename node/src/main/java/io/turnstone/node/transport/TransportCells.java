package io.turnstone.node.transport;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The transport counters of all threads. Any thread. */
final class TransportCells {
    private final List<CounterCells<TransportCounter>> cells = new CopyOnWriteArrayList<>();

    CounterCells<TransportCounter> newCells() {
        CounterCells<TransportCounter> counters = new CounterCells<>(TransportCounter.class);
        cells.add(counters);
        return counters;
    }

    long count(TransportCounter counter) {
        long sum = 0;
        for (CounterCells<TransportCounter> each : cells) {
            sum += each.get(counter);
        }
        return sum;
    }
}
