package io.turnstone.node.signaling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Requests for user agents that are away: the connection is lost, or its node has died, and the library is about to come
 * back. One thread. Each waits until the binding is registered again, or its time is over.
 */
final class HeldRequests {
    private static final int SHARE_OF_TRANSACTIONS = 8;
    private static final Comparator<Held> FIRST_TO_END = Comparator.<Held>comparingLong(held -> held.deadlineMs)
        .thenComparingLong(held -> held.number);

    private final int countMax;
    private final Map<BindingId, List<Held>> byBinding = new HashMap<>();
    private final NavigableSet<Held> byDeadline = new TreeSet<>(FIRST_TO_END);
    private long count;

    /** What becomes of a held request: one of both, once. */
    interface Outcome {
        /** The other side is registered again. */
        void onRegistered(Binding binding, long nowMs);

        /** It has not come back in time, or cannot. */
        void onAbsent(long nowMs);
    }

    /** Compared by identity. */
    private static final class Held {
        private final BindingId binding;
        private final Outcome outcome;
        private final long deadlineMs;
        private final long number;

        Held(BindingId binding, Outcome outcome, long deadlineMs, long number) {
            this.binding = binding;
            this.outcome = outcome;
            this.deadlineMs = deadlineMs;
            this.number = number;
        }
    }

    /** @param transactionsMax how many there may be; an eighth of them may be held, so that others go on */
    HeldRequests(int transactionsMax) {
        countMax = transactionsMax / SHARE_OF_TRANSACTIONS;
    }

    /** False, with nothing done, if too many are held already. */
    boolean hold(BindingId binding, Outcome outcome, long deadlineMs) {
        if (byDeadline.size() >= countMax) {
            return false;
        }
        Held held = new Held(binding, outcome, deadlineMs, count++);
        byBinding.computeIfAbsent(binding, _ -> new ArrayList<>(1)).add(held);
        byDeadline.add(held);
        return true;
    }

    /** Whether anything waits for the binding. */
    boolean isAwaited(BindingId binding) {
        return byBinding.containsKey(binding);
    }

    /** Lets what waits for the binding go on, in the order in which it came. */
    void onRegistered(Binding binding, long nowMs) {
        List<Held> back = byBinding.remove(binding.id());
        if (back == null) {
            return;
        }
        for (Held held : back) {
            byDeadline.remove(held);
            held.outcome.onRegistered(binding, nowMs);
        }
    }

    /** Ends what waits for the binding: its user agent cannot be woken. */
    void onHopeless(BindingId binding, long nowMs) {
        List<Held> waiting = byBinding.remove(binding);
        if (waiting != null) {
            byDeadline.removeAll(waiting);
            waiting.forEach(held -> held.outcome.onAbsent(nowMs));
        }
    }

    /** Ends what has waited long enough; returns how much. */
    int turn(long nowMs) {
        int ended = 0;
        while (!byDeadline.isEmpty() && byDeadline.getFirst().deadlineMs <= nowMs) {
            Held held = byDeadline.removeFirst();
            byBinding.computeIfPresent(held.binding, (_, others) -> {
                others.remove(held);
                return others.isEmpty() ? null : others;
            });
            held.outcome.onAbsent(nowMs);
            ended++;
        }
        return ended;
    }

    /** How many wait. */
    int size() {
        return byDeadline.size();
    }
}
