package io.turnstone.node.rib;

import io.turnstone.protocol.net.TransportAddress;

/**
 * A channel (RFC 8656 §12). Immutable, any thread.
 *
 * @param number 0x4000 to 0x4FFF
 * @param peer what the number stands for
 * @param expiryMs epoch milliseconds; the binding stays on record for {@link #RESERVED_AFTER_EXPIRY_MS} longer
 */
public record Channel(int number, TransportAddress peer, long expiryMs) {
    /** Neither the number nor the peer may be bound otherwise for five minutes after expiry (RFC 8656 §12). */
    public static final long RESERVED_AFTER_EXPIRY_MS = 300_000;

    public boolean isLive(long nowMs) {
        return nowMs < expiryMs;
    }

    public boolean isReserved(long nowMs) {
        return nowMs < expiryMs + RESERVED_AFTER_EXPIRY_MS;
    }
}
