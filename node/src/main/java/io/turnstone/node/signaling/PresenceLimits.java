package io.turnstone.node.signaling;

/**
 * What one address-of-record may hold, and for how long. Immutable, any thread.
 *
 * @param minExpiresS seconds; less is refused (423)
 * @param maxExpiresS seconds; more is shortened to this
 * @param defaultExpiresS seconds, for a request that does not say (RFC 3856 §6.4, RFC 3903 §6)
 * @param publicationsMax documents; one more takes the place of the oldest
 * @param subscriptionsMax watchers; one more is refused (503)
 * @param documentOctetsMax of a published document, with its type; more is refused (413). Several of them fit into a message
 *        between nodes
 */
public record PresenceLimits(
    long minExpiresS, long maxExpiresS, long defaultExpiresS, int publicationsMax, int subscriptionsMax,
    int documentOctetsMax) {
    public static final PresenceLimits DEFAULT = new PresenceLimits(60, 3600, 3600, 16, 1000, 10_000);
}
