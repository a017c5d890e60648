package io.turnstone.node.signaling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link Presence} can be asked to do. */
public sealed interface PresenceCommand {
    /** Instead of the seconds of a request that does not say. */
    long EXPIRES_DEFAULT = -1;

    /**
     * A PUBLISH of its user (RFC 3903 §4).
     *
     * @param etag SIP-If-Match; empty without
     * @param expiresS seconds, 0 to end it, or {@link #EXPIRES_DEFAULT}
     * @param body empty without
     */
    record Publish(long requestId, String etag, long expiresS, String contentType, String body)
        implements
            PresenceCommand {}

    /**
     * A SUBSCRIBE of somebody who may (RFC 6665 §4.2.1).
     *
     * @param toTag our tag, of a subscription that there is; empty for a new one
     * @param newTag our tag, if it is a new one
     * @param event {@code presence} or {@code reg}
     * @param eventId the {@code id} of Event; empty without
     * @param expiresS seconds, 0 to end it, or {@link #EXPIRES_DEFAULT}
     */
    record Subscribe(
        long requestId, String toTag, String newTag, String event, String eventId, Watcher watcher, long cseq,
        long expiresS) implements PresenceCommand {
        /** From a watcher that is registered by that binding; null for by none. */
        Subscribe boundBy(@Nullable BindingId binding) {
            return new Subscribe(requestId, toTag, newTag, event, eventId, watcher.boundBy(binding), cseq, expiresS);
        }
    }

    /** These are all its bindings now. */
    record Bound(List<Binding> bindings) implements PresenceCommand {
        public Bound {
            bindings = List.copyOf(bindings);
        }
    }

    /**
     * A NOTIFY has got its final response, or will get none.
     *
     * @param delivered whether that was a 2xx; otherwise the subscription ends (RFC 6665 §4.2.2)
     */
    record Notified(String subscriptionId, boolean delivered) implements PresenceCommand {}

    /** The wake-up asked for by the last {@link PresenceEffect.WakeAt}. */
    record Wake() implements PresenceCommand {}
}
