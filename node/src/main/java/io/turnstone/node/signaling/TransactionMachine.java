package io.turnstone.node.signaling;

/**
 * A transaction of RFC 3261 §17 as a pure state machine: events and the time go in, {@link TransactionAction} bits come
 * out. One thread. It knows no message: whoever owns it keeps what is to be sent.
 *
 * <p>There are two deadlines, one for sending again and one for ending; a transport that delivers or breaks needs only
 * the second (§17.1.1.2). All times are epoch milliseconds.
 */
abstract sealed class TransactionMachine
    permits InviteClientMachine, NonInviteClientMachine, InviteServerMachine, NonInviteServerMachine {
    static final long NEVER = Long.MAX_VALUE;

    final SipTimers timers;
    final boolean reliable;
    private long sendMs = NEVER;
    private long endMs = NEVER;
    private long intervalMs;

    TransactionMachine(SipTimers timers, boolean reliable) {
        this.timers = timers;
        this.reliable = reliable;
    }

    /** What is to be done before the first event. */
    abstract int start(long nowMs);

    abstract int handle(TransactionEvent event, long nowMs);

    /** When to give {@link TransactionEvent#WAKE}, or {@link #NEVER}. */
    final long deadlineMs() {
        return Math.min(sendMs, endMs);
    }

    final void sendAgainIn(long ms, long nowMs) {
        intervalMs = ms;
        sendMs = nowMs + ms;
    }

    /** A client's beginning: sends, again on an unreliable transport, and ends when nobody has answered for 64 times T1. */
    final int beginSending(long nowMs) {
        if (!reliable) {
            sendAgainIn(timers.t1Ms(), nowMs);
        }
        endIn(timers.timeoutMs(), nowMs);
        return TransactionAction.SEND;
    }

    /** On {@link TransactionEvent#WAKE}: sends again if it is time for that, or does what the end asks for. */
    final int sendAgainOrEnd(int atEnd, long limitMs, long nowMs) {
        if (isToEnd(nowMs)) {
            return atEnd;
        }
        if (!isToSend(nowMs)) {
            return TransactionAction.NOTHING;
        }
        sendLater(limitMs, nowMs);
        return TransactionAction.SEND;
    }

    /** Sends again after twice the time, at most {@code limitMs}. */
    final void sendLater(long limitMs, long nowMs) {
        sendAgainIn(Math.min(2 * intervalMs, limitMs), nowMs);
    }

    final void sendNoMore() {
        sendMs = NEVER;
    }

    final void endIn(long ms, long nowMs) {
        endMs = nowMs + ms;
    }

    final void endNever() {
        endMs = NEVER;
    }

    final boolean isToSend(long nowMs) {
        return nowMs >= sendMs;
    }

    final boolean isToEnd(long nowMs) {
        return nowMs >= endMs;
    }
}
