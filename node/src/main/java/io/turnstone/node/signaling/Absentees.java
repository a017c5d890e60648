package io.turnstone.node.signaling;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * User agents that are away and expected back, each by a binding of its own. One thread. One that can be woken is, by a push
 * notification (RFC 8599 §5.6.2); a request waits for its registration, for as long as the settings say.
 */
final class Absentees {
    /** After which somebody is woken who has not even said 100. */
    private static final long SILENT_MS = 2_000;

    private final HeldRequests held;
    private final PushSettings pushes;
    private final Transactions transactions;
    private final long absenceMs;
    private final SipCounters counters;

    /** @param absenceMs how long a user agent is waited for that cannot be woken */
    Absentees(
        HeldRequests held, PushSettings pushes, Transactions transactions, long absenceMs, SipCounters counters) {
        this.held = held;
        this.pushes = pushes;
        this.transactions = transactions;
        this.absenceMs = absenceMs;
        this.counters = counters;
    }

    /**
     * Lets a request wait for the binding, and wakes its user agent unless another request waits for it already.
     *
     * @return false, with nothing done, if too many wait
     */
    boolean await(Binding binding, PushNotification.Reason reason, HeldRequests.Outcome outcome, long nowMs) {
        boolean first = !held.isAwaited(binding.id());
        if (!held.hold(binding.id(), outcome, nowMs + waitMs(binding, reason))) {
            return false;
        }
        counters.add(SipCounter.AWAITED);
        if (first) {
            wake(binding, reason);
        }
        return true;
    }

    private long waitMs(Binding binding, PushNotification.Reason reason) {
        long wantedMs = pushes.serves(binding.push()) ? pushes.waitMs() : absenceMs;
        // whoever sent an INVITE has had 100 and waits; what is none is over when its sender has given up
        return reason == PushNotification.Reason.CALL ? wantedMs : Math.min(wantedMs, transactions.holdMs());
    }

    /**
     * Somebody who can be woken and says nothing at all may sleep, whatever becomes of the connection.
     *
     * @param reason null for nobody is woken
     * @param goesOn whether the branch is still waited for
     */
    void watch(
        ClientTransaction branch, PushNotification.@Nullable Reason reason, BooleanSupplier goesOn, long nowMs) {
        Binding binding = branch.target().binding();
        if (binding != null && reason != null && !binding.push().isNone()) {
            transactions.deadline(new Timed() {
                @Override
                void onDeadline(long atMs) {
                    if (goesOn.getAsBoolean() && !branch.isResponded()) {
                        wake(binding, reason);
                    }
                }
            }, nowMs + SILENT_MS);
        }
    }

    /** Asks for a push notification on behalf of a request, if there is a service that can be asked. */
    void wake(Binding binding, PushNotification.Reason reason) {
        wake(binding, reason, waitMs(binding, reason));
    }

    /** @param worthMs for how long it is worth anything */
    void wake(Binding binding, PushNotification.Reason reason, long worthMs) {
        if (pushes.serves(binding.push())) {
            boolean taken = pushes.notifier()
                .ask(new PushNotification(binding.push(), binding.addressOfRecord(), reason, worthMs / 1_000));
            counters.add(taken ? SipCounter.PUSHED : SipCounter.PUSH_DROPPED);
        }
    }
}
