package io.turnstone.node.doors;

import io.turnstone.node.service.TokenBucket;
import java.util.HashMap;
import java.util.Map;

/**
 * So many requests a second for each name, and as many at once after a pause. Any thread. The names are those of keys, so
 * there are few.
 */
final class RequestRate {
    private static final int BURST_SECONDS = 1;

    private final int perSecond;
    private final Map<String, TokenBucket> buckets = new HashMap<>();

    RequestRate(int perSecond) {
        this.perSecond = perSecond;
    }

    /** Whether one more may come now; then it has. */
    synchronized boolean take(String name, long nowMs) {
        return buckets.computeIfAbsent(name, _ -> new TokenBucket(perSecond, BURST_SECONDS, nowMs)).take(nowMs);
    }
}
