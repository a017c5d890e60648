package io.turnstone.node.signaling;

import io.turnstone.node.signaling.PresenceCommand.Bound;
import io.turnstone.node.signaling.PresenceCommand.Notified;
import io.turnstone.node.signaling.PresenceCommand.Publish;
import io.turnstone.node.signaling.PresenceCommand.Subscribe;
import io.turnstone.node.signaling.PresenceCommand.Wake;
import io.turnstone.node.signaling.PresenceEffect.Notify;
import io.turnstone.node.signaling.PresenceEffect.Reply;
import io.turnstone.node.signaling.PresenceEffect.Respond;
import io.turnstone.node.signaling.PresenceEffect.WakeAt;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who watches an address-of-record, and what it publishes, as a pure state machine: commands and the time go in, effects come
 * out. One thread. Its state is a {@link PresenceState}.
 *
 * <pre>
 * Publish     no etag          -> a new document                                   200, SIP-ETag
 *             an etag          -> that document changed, refreshed or ended        200, a new SIP-ETag; 412 if there is none
 * Subscribe   no tag of ours   -> a new subscription, or one look with expiry 0    200, then NOTIFY
 *             a tag of ours    -> refreshed or ended                               200, then NOTIFY; 481 if there is none
 * Bound                        -> watchers are told if that changes anything
 * Notified    delivered        -> told once more if the state has changed meanwhile
 *             not delivered    -> the subscription has ended
 * Wake                         -> what has expired ended; its watchers are told
 * </pre>
 *
 * The state of {@code presence} (RFC 3856) is the document that was published or changed last, as it stands; with none it
 * follows the registration (RFC 3863). The state of {@code reg} (RFC 3680) is always whole. A watcher is sent one NOTIFY at a
 * time, so that many changes become one.
 */
public final class Presence {
    /** The event package of RFC 3856. */
    public static final String PRESENCE = "presence";
    /** The event package of RFC 3680. */
    public static final String REGISTRATION = "reg";

    private static final int HEX_RADIX = 16;

    private final String text;
    private final PresenceLimits limits;
    private final List<Publication> publications;
    private final List<Subscription> subscriptions;
    private List<Binding> bindings;
    private long serial;
    private List<PresenceEffect> effects = new ArrayList<>();

    /**
     * @param text the address-of-record as {@link AddressText} writes it
     * @param state what it was before; {@link PresenceState#NONE} for a new one
     */
    public Presence(String text, PresenceState state, PresenceLimits limits) {
        this.text = text;
        this.limits = limits;
        this.publications = new ArrayList<>(state.publications());
        this.subscriptions = new ArrayList<>(state.subscriptions());
        this.bindings = state.bindings();
        this.serial = state.serial();
    }

    /** All that it knows. */
    public PresenceState state() {
        return new PresenceState(serial, publications, subscriptions, bindings);
    }

    /** Whether nothing is left for which it would have to be kept. */
    public boolean isIdle() {
        return publications.isEmpty() && subscriptions.isEmpty();
    }

    /** @param nowMs epoch milliseconds */
    public List<PresenceEffect> handle(PresenceCommand command, long nowMs) {
        effects = new ArrayList<>();
        expire(nowMs);
        switch (command) {
            case Publish publish -> effects.add(new Respond(publish.requestId(), publish(publish, nowMs)));
            case Subscribe subscribe -> subscribe(subscribe, nowMs);
            case Bound(List<Binding> all) -> bind(all);
            case Notified(String id, boolean delivered) -> notified(id, delivered);
            case Wake _ -> {
                // what has expired has ended already
            }
        }
        tellStale(nowMs);
        nextDeadline().ifPresent(deadlineMs -> effects.add(new WakeAt(deadlineMs)));
        return effects;
    }

    private void expire(long nowMs) {
        for (Subscription subscription : List.copyOf(subscriptions)) {
            if (!subscription.isLive(nowMs)) {
                end(subscription);
            }
        }
        if (publications.removeIf(publication -> !publication.isLive(nowMs))) {
            changed(PRESENCE);
        }
        bind(bindings.stream().filter(binding -> binding.isLive(nowMs)).toList());
    }

    private Reply publish(Publish request, long nowMs) {
        int place = request.etag().isEmpty() ? -1 : place(request.etag());
        boolean isNew = request.etag().isEmpty();
        if (!isNew && place < 0) {
            return new Reply.Refused(Responses.CONDITIONAL_REQUEST_FAILED);
        }
        if (isNew && request.body().isEmpty()) {
            return new Reply.Refused(Responses.BAD_REQUEST);
        }
        long expiresS = expiresS(request.expiresS());
        if (expiresS > 0 && expiresS < limits.minExpiresS()) {
            return new Reply.TooBrief(limits.minExpiresS());
        }
        serial++;
        String etag = Long.toString(nowMs, HEX_RADIX) + "." + Long.toString(serial, HEX_RADIX);
        Publication before = isNew ? null : publications.get(place);
        boolean changes = before == null || !request.body().isEmpty() || expiresS == 0;
        Publication after = new Publication(
            before == null ? etag : before.name(),
            etag,
            before == null || changes ? nowMs : before.changedMs(),
            nowMs + TimeUnit.SECONDS.toMillis(expiresS),
            before == null || !request.body().isEmpty() ? request.contentType() : before.contentType(),
            before == null || !request.body().isEmpty() ? request.body() : before.body());
        put(place, after, changes, expiresS);
        if (changes) {
            changed(PRESENCE);
        }
        return new Reply.Published(etag, expiresS);
    }

    /** What was changed last is last; what was only refreshed stays where it is. */
    private void put(int place, Publication publication, boolean changes, long expiresS) {
        if (place >= 0 && !changes) {
            publications.set(place, publication);
            return;
        }
        if (place >= 0) {
            publications.remove(place);
        }
        if (expiresS > 0) {
            publications.add(publication);
        }
        while (publications.size() > limits.publicationsMax()) {
            publications.removeFirst();
        }
    }

    private int place(String etag) {
        for (int i = 0; i < publications.size(); i++) {
            if (publications.get(i).etag().equals(etag)) {
                return i;
            }
        }
        return -1;
    }

    private void subscribe(Subscribe request, long nowMs) {
        Subscription known = subscriptions.stream().filter(each -> each.isOf(request)).findFirst().orElse(null);
        long expiresS = expiresS(request.expiresS());
        int refusal = refusal(request, known);
        if (refusal != 0) {
            effects.add(new Respond(request.requestId(), new Reply.Refused(refusal)));
            return;
        }
        if (expiresS > 0 && expiresS < limits.minExpiresS()) {
            effects.add(new Respond(request.requestId(), new Reply.TooBrief(limits.minExpiresS())));
            return;
        }
        effects.add(new Respond(request.requestId(), new Reply.Subscribed(expiresS)));
        long expiryMs = nowMs + TimeUnit.SECONDS.toMillis(expiresS);
        Subscription subscription = known == null
            ? new Subscription(request.newTag(), request.event(), request.eventId(), request.watcher(), expiryMs,
                request.cseq(), 0, false, false)
            : known.refreshed(request, expiryMs);
        replace(known, subscription);
        if (expiresS == 0) {
            end(subscription);
        } else {
            replace(subscription, subscription.withStale(true));
        }
    }

    private int refusal(Subscribe request, @Nullable Subscription known) {
        if (known == null) {
            if (!request.toTag().isEmpty()) {
                return Responses.NO_SUCH_CALL_OR_TRANSACTION;
            }
            return subscriptions.size() >= limits.subscriptionsMax() ? Responses.UNAVAILABLE : 0;
        }
        return request.cseq() < known.subscribeCseq() ? Responses.INTERNAL_ERROR : 0;
    }

    private long expiresS(long asked) {
        return asked == PresenceCommand.EXPIRES_DEFAULT
            ? limits.defaultExpiresS()
            : Math.min(asked, limits.maxExpiresS());
    }

    private void bind(List<Binding> all) {
        boolean changes = !contacts(bindings).equals(contacts(all));
        boolean followed = publications.isEmpty() && bindings.isEmpty() != all.isEmpty();
        bindings = List.copyOf(all);
        if (changes) {
            changed(REGISTRATION);
        }
        if (followed) {
            changed(PRESENCE);
        }
    }

    /** What tells a list of bindings from another, however often they were refreshed. */
    private static List<String> contacts(List<Binding> all) {
        return all.stream().map(binding -> binding.id() + " " + binding.contact()).toList();
    }

    private void notified(String id, boolean delivered) {
        for (Subscription subscription : List.copyOf(subscriptions)) {
            if (subscription.id().equals(id)) {
                if (delivered) {
                    replace(subscription, subscription.answered());
                } else {
                    subscriptions.remove(subscription);
                }
            }
        }
    }

    private void changed(String event) {
        subscriptions.replaceAll(
            subscription -> subscription.event().equals(event) ? subscription.withStale(true) : subscription);
    }

    private void tellStale(long nowMs) {
        for (Subscription subscription : List.copyOf(subscriptions)) {
            if (subscription.stale() && !subscription.pending()) {
                Subscription notified = subscription.notified();
                replace(subscription, notified);
                long leftS = TimeUnit.MILLISECONDS.toSeconds(subscription.expiryMs() - nowMs);
                effects.add(notification(notified, "active;expires=" + leftS));
            }
        }
    }

    /** Ends a subscription with a last NOTIFY, whatever is on its way yet. */
    private void end(Subscription subscription) {
        subscriptions.remove(subscription);
        effects.add(notification(subscription.notified(), "terminated;reason=timeout"));
    }

    private Notify notification(Subscription subscription, String state) {
        if (subscription.event().equals(REGISTRATION)) {
            return new Notify(subscription, state, PresenceDocuments.REGISTRATION_TYPE,
                PresenceDocuments.registration(text, bindings, subscription.notifyCseq() - 1));
        }
        if (publications.isEmpty()) {
            return new Notify(subscription, state, PresenceDocuments.PRESENCE_TYPE,
                PresenceDocuments.presence(text, !bindings.isEmpty()));
        }
        Publication last = publications.getLast();
        return new Notify(subscription, state, last.contentType(), last.body());
    }

    private void replace(@Nullable Subscription before, Subscription after) {
        int place = before == null ? -1 : subscriptions.indexOf(before);
        if (place < 0) {
            subscriptions.add(after);
        } else {
            subscriptions.set(place, after);
        }
    }

    private OptionalLong nextDeadline() {
        LongStream own = Stream.concat(
            publications.stream().map(Publication::expiryMs), subscriptions.stream().map(Subscription::expiryMs))
            .mapToLong(Long::longValue);
        LongStream bound = subscriptions.isEmpty()
            ? LongStream.empty()
            : bindings.stream().mapToLong(Binding::expiryMs);
        return LongStream.concat(own, bound).min();
    }
}
