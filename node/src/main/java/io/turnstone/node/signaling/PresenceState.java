package io.turnstone.node.signaling;

import java.util.List;

/**
 * All that a {@link Presence} knows. Immutable, any thread; a record of values, so that it can be replicated as it is.
 *
 * @param serial of the last entity-tag
 * @param publications the oldest first
 * @param subscriptions in the order in which they were made
 * @param bindings of the address-of-record, as far as they are known
 */
public record PresenceState(
    long serial, List<Publication> publications, List<Subscription> subscriptions, List<Binding> bindings) {
    /** Of an address-of-record that nobody watches and that publishes nothing. */
    public static final PresenceState NONE = new PresenceState(0, List.of(), List.of(), List.of());

    public PresenceState {
        publications = List.copyOf(publications);
        subscriptions = List.copyOf(subscriptions);
        bindings = List.copyOf(bindings);
    }
}
