package io.turnstone.node.allocation;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lets one thing per key and interval through. Owned by one thread; bounded: nothing new passes while it is full. */
final class Throttle<K> {
    private final long intervalMs;
    private final int keysMax;
    private final Map<K, Long> passedMs = new LinkedHashMap<>();

    Throttle(long intervalMs, int keysMax) {
        this.intervalMs = intervalMs;
        this.keysMax = keysMax;
    }

    boolean passes(K key, long nowMs) {
        Iterator<Long> oldestFirst = passedMs.values().iterator();
        while (oldestFirst.hasNext() && nowMs - oldestFirst.next() >= intervalMs) {
            oldestFirst.remove();
        }
        return passedMs.size() < keysMax && passedMs.putIfAbsent(key, nowMs) == null;
    }
}
