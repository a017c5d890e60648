package io.turnstone.node.signaling;

import org.jspecify.annotations.Nullable;

/**
 * A subscription to the state of an address-of-record (RFC 6665). Immutable, any thread; a record of values.
 *
 * @param id our tag of its dialog
 * @param event {@code presence} or {@code reg}
 * @param eventId the {@code id} of Event; empty without
 * @param expiryMs when it ends, in epoch milliseconds
 * @param subscribeCseq of the last SUBSCRIBE
 * @param notifyCseq of the last NOTIFY; 0 before the first
 * @param pending whether the last NOTIFY is not answered yet: another one waits for that
 * @param stale whether the state has changed since the last NOTIFY
 */
public record Subscription(
    String id, String event, String eventId, Watcher watcher, long expiryMs, long subscribeCseq, long notifyCseq,
    boolean pending, boolean stale) implements PresenceItem {
    /**
     * A NOTIFY in so many is told to other nodes: one that goes on with the subscription begins the next block, since CSeq
     * may have gaps but not go back (RFC 3261 §12.2.2).
     */
    static final long NOTIFY_BLOCK = 1 << 12;

    @Override
    public String name() {
        return id;
    }

    @Override
    public Subscription replicated() {
        return new Subscription(
            id, event, eventId, watcher, expiryMs, subscribeCseq, notifyCseq - notifyCseq % NOTIFY_BLOCK, false, false);
    }

    /** As another node goes on with it, which does not know what the watcher has been told. */
    Subscription takenOver() {
        return new Subscription(
            id, event, eventId, watcher, expiryMs, subscribeCseq,
            notifyCseq - notifyCseq % NOTIFY_BLOCK + NOTIFY_BLOCK, false, true);
    }

    /** As it is known elsewhere, after the NOTIFYs of both. */
    Subscription goneOnWith(@Nullable Subscription here) {
        return new Subscription(
            id, event, eventId, watcher, expiryMs, subscribeCseq,
            here == null ? takenOver().notifyCseq : Math.max(notifyCseq, here.notifyCseq),
            here != null && here.pending, true);
    }

    boolean isOf(PresenceCommand.Subscribe request) {
        return id.equals(request.toTag())
            && event.equals(request.event())
            && eventId.equals(request.eventId())
            && watcher.callId().equals(request.watcher().callId())
            && watcher.tag().equals(request.watcher().tag());
    }

    Subscription refreshed(PresenceCommand.Subscribe request, long newExpiryMs) {
        return new Subscription(
            id, event, eventId, request.watcher(), newExpiryMs, request.cseq(), notifyCseq, pending, stale);
    }

    /** With the next NOTIFY on its way. */
    Subscription notified() {
        return new Subscription(id, event, eventId, watcher, expiryMs, subscribeCseq, notifyCseq + 1, true, false);
    }

    Subscription withStale(boolean isStale) {
        return new Subscription(id, event, eventId, watcher, expiryMs, subscribeCseq, notifyCseq, pending, isStale);
    }

    /** With the last NOTIFY answered. */
    Subscription answered() {
        return new Subscription(id, event, eventId, watcher, expiryMs, subscribeCseq, notifyCseq, false, stale);
    }
}
