package io.turnstone.node.signaling;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Wakes user agents whose registration is about to expire (RFC 8599 §5.5), unless they have said that they refresh it without
 * that. One thread. The node to which a registration came does so; if that has died, nobody does.
 */
final class PushRefreshes {
    private static final long BEFORE_MS = 120_000;

    private final Locations locations;
    private final Transactions transactions;
    private final Absentees absentees;
    private final Map<BindingId, Refresh> byBinding = new HashMap<>();

    PushRefreshes(Locations locations, Transactions transactions, Absentees absentees) {
        this.locations = locations;
        this.transactions = transactions;
        this.absentees = absentees;
    }

    /** A registration, and when it ends if it is not refreshed. */
    private final class Refresh extends Timed {
        private final BindingId id;
        private final long expiryMs;

        Refresh(Binding binding) {
            this.id = binding.id();
            this.expiryMs = binding.expiryMs();
        }

        @Override
        void onDeadline(long nowMs) {
            byBinding.remove(id);
            locations.find(
                new LocationQuery.OfBinding(id),
                (found, atMs) -> Stream.concat(found.reached().stream(), found.away().stream())
                    .filter(binding -> binding.expiryMs() == expiryMs)
                    .forEach(binding -> absentees.wake(binding, PushNotification.Reason.REFRESH, expiryMs - atMs)));
        }
    }

    /** @param refreshesItself whether its user agent needs nobody for that */
    void onRegistered(Binding binding, boolean refreshesItself, long nowMs) {
        Refresh before = byBinding.remove(binding.id());
        if (before != null) {
            transactions.deadline(before, TransactionMachine.NEVER);
        }
        if (!binding.push().isNone() && !refreshesItself) {
            Refresh next = new Refresh(binding);
            byBinding.put(binding.id(), next);
            transactions.deadline(next, binding.expiryMs() - Math.min(BEFORE_MS, (binding.expiryMs() - nowMs) / 2));
        }
    }
}
