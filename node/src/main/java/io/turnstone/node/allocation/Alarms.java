package io.turnstone.node.allocation;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Wakes authorities at their deadlines, which mostly move on before they come: so a deadline that moves on costs nothing,
 * and is looked up again when the first one is over. Control thread.
 */
public final class Alarms {
    static final int LOOKS_PER_TURN = 1_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final PriorityQueue<Look> looks = new PriorityQueue<>(Comparator.comparingLong(Look::atMs));

    /** When to look at an alarm. */
    private record Look(long atMs, Alarm alarm) {}

    /** One authority's next deadline. */
    public final class Alarm {
        private Runnable ring;
        private long deadlineMs = NEVER;
        /** Of the first look that counts. */
        private long lookMs = NEVER;

        private Alarm(Runnable ring) {
            this.ring = ring;
        }

        /** In place of the deadline before, whether that has come or not. */
        public void set(long newDeadlineMs) {
            deadlineMs = newDeadlineMs;
            if (newDeadlineMs < lookMs) {
                lookMs = newDeadlineMs;
                looks.add(new Look(newDeadlineMs, this));
            }
        }

        /** Never rings again, and lets go of what it would have called. */
        public void end() {
            deadlineMs = NEVER;
            ring = () -> {};
        }

        private boolean look(long nowMs) {
            lookMs = NEVER;
            if (nowMs < deadlineMs) {
                set(deadlineMs);
                return false;
            }
            deadlineMs = NEVER;
            ring.run();
            return true;
        }
    }

    /** @param ring is called once for each deadline that comes before another is set */
    public Alarm alarm(Runnable ring) {
        return new Alarm(ring);
    }

    /**
     * Rings what is due, or some of it.
     *
     * @return how many rang
     */
    public int doWork(long nowMs) {
        int rang = 0;
        for (int i = 0; i < LOOKS_PER_TURN; i++) {
            Look next = looks.peek();
            if (next == null || next.atMs() > nowMs) {
                break;
            }
            looks.remove();
            rang += next.atMs() == next.alarm().lookMs && next.alarm().look(nowMs) ? 1 : 0;
        }
        return rang;
    }

    /** How many looks are to come, those that no longer count included. */
    int size() {
        return looks.size();
    }
}
