package io.turnstone.node.signaling;

/**
 * What a push notification service is asked for (RFC 8599 §5.1). Immutable, any thread.
 *
 * @param user the address-of-record of who is to wake up, as {@link AddressText} writes it
 * @param expiresS for how long it is worth anything, in seconds
 */
public record PushNotification(PushResource resource, String user, Reason reason, long expiresS) {
    /** Why somebody is woken. */
    public enum Reason {
        /** An INVITE waits. */
        CALL,
        /** A MESSAGE waits. */
        MESSAGE,
        /** Another request waits. */
        REQUEST,
        /** The registration is about to expire. */
        REFRESH
    }
}
