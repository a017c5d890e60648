package io.turnstone.node.signaling;

import org.jspecify.annotations.Nullable;

/** What has a deadline in a {@link TimerWheel}, as a link of one of its chains. One thread. */
abstract class Timed {
    private long deadlineMs = TransactionMachine.NEVER;
    private @Nullable Timed previous;
    private @Nullable Timed next;

    /** The deadline has passed, and there is none until another is set. */
    abstract void onDeadline(long nowMs);

    final long deadlineMs() {
        return deadlineMs;
    }

    final void deadlineMs(long ms) {
        deadlineMs = ms;
    }

    final @Nullable Timed next() {
        return next;
    }

    final void linkBehind(Timed link) {
        Timed behind = link.next;
        previous = link;
        next = behind;
        link.next = this;
        if (behind != null) {
            behind.previous = this;
        }
    }

    final void unlink() {
        if (previous != null) {
            previous.next = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        previous = null;
        next = null;
    }
}
