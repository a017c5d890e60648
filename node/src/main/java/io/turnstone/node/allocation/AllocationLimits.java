package io.turnstone.node.allocation;

import io.turnstone.protocol.turn.ChannelData;
import java.util.OptionalInt;

/**
 * What one allocation may have. Immutable, any thread.
 *
 * @param defaultLifetimeSeconds also the least that a client gets (RFC 8656 §7.2)
 * @param maxLifetimeSeconds the most
 * @param permissionsMax how many peers may be permitted at a time
 * @param channelsMax how many channels may be bound or held back at a time
 * @param channelNumberMax the end of the range that is accepted
 */
public record AllocationLimits(int defaultLifetimeSeconds, int maxLifetimeSeconds, int permissionsMax, int channelsMax,
    int channelNumberMax) {
    /** RFC 8656 §3.2 and §7.2, and the channel numbers of RFC 5766, which clients still use. */
    public static final AllocationLimits DEFAULT = new AllocationLimits(600, 3600, 256, 256,
        ChannelData.CHANNEL_NUMBER_MAX);

    /** The lifetime that is granted for an Allocate, or for a Refresh that does not delete (RFC 8656 §7.2, §8.2). */
    public int grantSeconds(OptionalInt desiredSeconds) {
        int atMost = Math.min(desiredSeconds.orElse(defaultLifetimeSeconds), maxLifetimeSeconds);
        return Math.max(atMost, defaultLifetimeSeconds);
    }
}
