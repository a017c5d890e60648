package io.turnstone.node.signaling;

/**
 * Deadlines of any number of transactions, each set and cleared in constant time (Varghese and Lauck, 1987). One thread.
 * A deadline is met up to one tick late, never early; allocates nothing.
 */
final class TimerWheel {
    /** A turn of {@value #SLOTS} ticks is 32.8 s, what most transactions live at most. */
    static final int TICK_MS = 16;

    private static final int SLOTS = 2048;

    private final Timed[] slots = new Timed[SLOTS];
    /** Holds what a slot had while its deadlines are met, so that whoever is in it may clear its own all the same. */
    private final Timed due = new Head();
    private long tick;

    /** The fixed end of a chain. */
    private static final class Head extends Timed {
        @Override
        void onDeadline(long nowMs) {
            throw new AssertionError("the end of a chain has no deadline");
        }
    }

    TimerWheel(long nowMs) {
        tick = nowMs / TICK_MS;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Head();
        }
    }

    /** In place of the deadline before; {@link TransactionMachine#NEVER} clears it. */
    void set(Timed timed, long deadlineMs) {
        if (timed.deadlineMs() == deadlineMs) {
            return;
        }
        timed.unlink();
        timed.deadlineMs(deadlineMs);
        if (deadlineMs != TransactionMachine.NEVER) {
            link(timed);
        }
    }

    private void link(Timed timed) {
        long at = Math.max(tick + 1, (timed.deadlineMs() + TICK_MS - 1) / TICK_MS);
        timed.linkBehind(slots[(int) at & SLOTS - 1]);
    }

    /** Meets all deadlines up to now; returns how many. */
    int turn(long nowMs) {
        long last = nowMs / TICK_MS;
        int met = 0;
        long first = Math.max(tick + 1, last - SLOTS + 1);
        for (long at = first; at <= last; at++) {
            tick = at;
            met += meet(slots[(int) at & SLOTS - 1], nowMs);
        }
        tick = Math.max(tick, last);
        return met;
    }

    private int meet(Timed slot, long nowMs) {
        for (Timed timed = slot.next(); timed != null; timed = slot.next()) {
            timed.unlink();
            timed.linkBehind(due);
        }
        int met = 0;
        for (Timed timed = due.next(); timed != null; timed = due.next()) {
            timed.unlink();
            if (timed.deadlineMs() > nowMs) {
                link(timed);
            } else {
                timed.deadlineMs(TransactionMachine.NEVER);
                timed.onDeadline(nowMs);
                met++;
            }
        }
        return met;
    }
}
