package io.turnstone.node.transport.stream;

import io.turnstone.protocol.net.IpAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts accepted connections, in all and by source, against the limits. Any thread. */
final class Admission {
    private final int max;
    private final int perSourceMax;
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<IpAddress, Integer> bySource = new ConcurrentHashMap<>();

    Admission(StreamLimits limits) {
        max = limits.connectionsMax();
        perSourceMax = limits.connectionsPerSourceMax();
    }

    /** @return false if there are as many as allowed; otherwise {@link #leave()} ends it */
    boolean enter() {
        if (all.incrementAndGet() > max) {
            all.decrementAndGet();
            return false;
        }
        return true;
    }

    void leave() {
        all.decrementAndGet();
    }

    /** @return false if that source has as many as allowed; otherwise {@link #leave(IpAddress)} ends it */
    boolean enter(IpAddress source) {
        boolean[] entered = new boolean[1];
        bySource.compute(network(source), (_, count) -> {
            int before = count == null ? 0 : count;
            entered[0] = before < perSourceMax;
            return entered[0] ? before + 1 : before;
        });
        return entered[0];
    }

    void leave(IpAddress source) {
        bySource.computeIfPresent(network(source), (_, count) -> count == 1 ? null : count - 1);
    }

    /** One host on IPv6 has a /64 to itself. */
    private static IpAddress network(IpAddress source) {
        return source.isIpv4() ? source : new IpAddress(source.high(), 0);
    }

    /** How many are remembered, for none may stay behind. */
    int sources() {
        return bySource.size();
    }
}
