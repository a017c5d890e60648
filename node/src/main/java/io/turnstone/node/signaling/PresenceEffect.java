package io.turnstone.node.signaling;

/** What the outside world must do after a command, in this order. A {@link Presence} itself does nothing. */
public sealed interface PresenceEffect {
    /** What a request is answered. */
    sealed interface Reply {
        /** 200 to a PUBLISH, with the entity-tag and the seconds that are granted. */
        record Published(String etag, long expiresS) implements Reply {}

        /** 200 to a SUBSCRIBE, with the seconds that are granted. */
        record Subscribed(long expiresS) implements Reply {}

        /** 423 with the shortest time that is taken, in seconds. */
        record TooBrief(long minExpiresS) implements Reply {}

        /** A status of 400 to 699. */
        record Refused(int statusCode) implements Reply {}
    }

    /** Answer the request. */
    record Respond(long requestId, Reply reply) implements PresenceEffect {}

    /**
     * Send a NOTIFY (RFC 6665 §4.2.2), and tell by {@link PresenceCommand.Notified} what became of it.
     *
     * @param subscription with the CSeq of the NOTIFY
     * @param state the value of Subscription-State
     */
    record Notify(Subscription subscription, String state, String contentType, String body) implements PresenceEffect {}

    /** Send {@link PresenceCommand.Wake} at this time, in epoch milliseconds. Replaces any earlier wake-up. */
    record WakeAt(long deadlineMs) implements PresenceEffect {}
}
