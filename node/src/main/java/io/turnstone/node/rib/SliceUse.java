package io.turnstone.node.rib;

import io.turnstone.protocol.net.TransportAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Which ports of each slice the routes name, and until when a slice rests after the last of them. Control thread.
 */
final class SliceUse {
    private final long restMs;
    private final Map<PortSlice, Use> uses = new HashMap<>();

    /** One bit per port. */
    private static final class Use {
        private long named;
        private long restsUntilMs;
    }

    /** @param restMs for which late packets, late copies of a route and repeated requests may still name a port */
    SliceUse(long restMs) {
        this.restMs = restMs;
    }

    void named(TransportAddress relayed) {
        uses.computeIfAbsent(PortSlice.of(relayed), slice -> new Use()).named |= bit(relayed);
    }

    void unnamed(TransportAddress relayed, long nowMs) {
        Use use = uses.get(PortSlice.of(relayed));
        if (use != null) {
            use.named &= ~bit(relayed);
            use.restsUntilMs = nowMs + restMs;
        }
    }

    /** Whether nothing names a port of the slice, nor has lately. */
    boolean isRested(PortSlice slice, long nowMs) {
        Use use = uses.get(slice);
        return use == null || isRested(use, nowMs);
    }

    void forgetRested(long nowMs) {
        uses.values().removeIf(use -> isRested(use, nowMs));
    }

    private static boolean isRested(Use use, long nowMs) {
        return use.named == 0 && use.restsUntilMs <= nowMs;
    }

    private static long bit(TransportAddress relayed) {
        return 1L << relayed.port() % PortSlice.PORTS;
    }
}
