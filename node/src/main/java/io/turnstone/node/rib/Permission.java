package io.turnstone.node.rib;

import io.turnstone.protocol.net.IpAddress;

/**
 * A permission (RFC 8656 §9). Immutable, any thread.
 *
 * @param peer whose packets may pass, whatever their port
 * @param expiryMs epoch milliseconds
 */
public record Permission(IpAddress peer, long expiryMs) {
    public boolean isLive(long nowMs) {
        return nowMs < expiryMs;
    }
}
