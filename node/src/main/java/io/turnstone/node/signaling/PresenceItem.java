package io.turnstone.node.signaling;

/** A part of a {@link PresenceState} that is replicated by itself. Immutable, any thread. */
public sealed interface PresenceItem permits Publication, Subscription {
    /** What it has for as long as it lasts, and no other of its address-of-record. */
    String name();

    /** When it ends, in epoch milliseconds. */
    long expiryMs();

    /** What other nodes are told of it. */
    PresenceItem replicated();

    default boolean isLive(long nowMs) {
        return nowMs < expiryMs();
    }
}
