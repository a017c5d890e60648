package io.turnstone.node.signaling;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All that a {@link Presence} knows. Immutable, any thread; a record of values, so that its items can be replicated as they
 * are.
 *
 * @param serial of the last entity-tag
 * @param publications the one that was changed last is last
 * @param subscriptions in no particular order
 * @param bindings of the address-of-record, as far as they are known
 */
public record PresenceState(
    long serial, List<Publication> publications, List<Subscription> subscriptions, List<Binding> bindings) {
    /** Of an address-of-record that nobody watches and that publishes nothing. */
    public static final PresenceState NONE = new PresenceState(0, List.of(), List.of(), List.of());

    private static final Comparator<Publication> CHANGED_LAST = Comparator.comparingLong(Publication::changedMs)
        .thenComparing(Publication::name);

    public PresenceState {
        publications = List.copyOf(publications);
        subscriptions = List.copyOf(subscriptions);
        bindings = List.copyOf(bindings);
    }

    /** What another node knew, as far as it was replicated. */
    static PresenceState of(Collection<PresenceItem> items) {
        return new PresenceState(
            0,
            only(Publication.class, items).sorted(CHANGED_LAST).toList(),
            only(Subscription.class, items).sorted(Comparator.comparing(Subscription::id)).toList(),
            List.of());
    }

    private static <T> Stream<T> only(Class<T> kind, Collection<PresenceItem> items) {
        return items.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** As another node goes on with it. */
    PresenceState takenOver() {
        return new PresenceState(
            serial, publications, subscriptions.stream().map(Subscription::takenOver).toList(), bindings);
    }

    /**
     * With what is known here of watchers that both know: what they were told last, and that they may have to be told again.
     */
    PresenceState goneOnWith(PresenceState known) {
        Map<String, Subscription> here = new HashMap<>();
        known.subscriptions.forEach(subscription -> here.put(subscription.id(), subscription));
        return new PresenceState(
            known.serial,
            publications,
            subscriptions.stream().map(each -> each.goneOnWith(here.get(each.id()))).toList(),
            known.bindings);
    }

    boolean isEmpty() {
        return publications.isEmpty() && subscriptions.isEmpty();
    }

    /** By name. */
    Map<String, PresenceItem> items() {
        Map<String, PresenceItem> items = new LinkedHashMap<>();
        publications.forEach(publication -> items.put(publication.name(), publication));
        subscriptions.forEach(subscription -> items.put(subscription.id(), subscription));
        return items;
    }

    /** What other nodes are told of what has not ended, by name. */
    Map<String, PresenceItem> replicated(long nowMs) {
        Map<String, PresenceItem> items = items();
        items.values().removeIf(item -> !item.isLive(nowMs));
        items.replaceAll((_, item) -> item.replicated());
        return items;
    }
}
