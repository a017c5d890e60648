package io.turnstone.node.forwarding;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import java.util.concurrent.TimeUnit;

/**
 * Limits how often one source gets an answer that needs no credentials, so that a forged source is no target worth
 * choosing. A source is an IPv4 address or an IPv6 /64. One thread; fixed memory; allocates nothing.
 *
 * <p>Each cell of a hashed table holds the time at which its sources will have used up what they were given (the
 * virtual scheduling form of a token bucket). Sources that share a cell share its budget; the secret seed keeps anybody
 * from choosing whom to share with.
 */
final class SourceLimiter {
    private static final int CELLS = 1 << 16;
    private static final long US_PER_SECOND = TimeUnit.SECONDS.toMicros(1);
    private static final long US_PER_MS = TimeUnit.MILLISECONDS.toMicros(1);

    private final long[] spentUntilUs = new long[CELLS];
    private final long intervalUs;
    private final long seed;

    /** @param perSecond answers that one source gets in the long run, and at once after a pause; at least 1 */
    SourceLimiter(int perSecond, long seed) {
        this.intervalUs = US_PER_SECOND / perSecond;
        this.seed = seed;
    }

    /** Whether this source may have one more answer now; if so it has been spent. */
    boolean tryAcquire(long high, long low, long nowMs) {
        long host = IpAddress.isIpv4(high, low) ? low : 0;
        int cell = TransportAddress.hash(high ^ seed, host, 0) & (CELLS - 1);
        long nowUs = nowMs * US_PER_MS;
        long spentUs = Math.max(nowUs, spentUntilUs[cell]) + intervalUs;
        if (spentUs - nowUs > US_PER_SECOND) {
            return false;
        }
        spentUntilUs[cell] = spentUs;
        return true;
    }
}
