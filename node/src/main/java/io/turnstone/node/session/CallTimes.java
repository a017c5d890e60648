package io.turnstone.node.session;

/** When things happened to a call: epoch milliseconds, 0 = they did not, or nobody knows. Immutable, any thread. */
public record CallTimes(long invitedMs, long rangMs, long answeredMs, long endedMs) {
    public static final CallTimes NONE = new CallTimes(0, 0, 0, 0);

    CallTimes invited(long atMs) {
        return new CallTimes(invitedMs == 0 ? atMs : invitedMs, rangMs, answeredMs, endedMs);
    }

    CallTimes rang(long atMs) {
        return new CallTimes(invitedMs, rangMs == 0 ? atMs : rangMs, answeredMs, endedMs);
    }

    CallTimes answered(long atMs) {
        return new CallTimes(invitedMs, rangMs, answeredMs == 0 ? atMs : answeredMs, endedMs);
    }

    CallTimes ended(long atMs) {
        return new CallTimes(invitedMs, rangMs, answeredMs, atMs);
    }

    /** From the answer to the end; 0 for a call that was not answered. */
    public long durationMs() {
        return answeredMs == 0 || endedMs == 0 ? 0 : Math.max(0, endedMs - answeredMs);
    }
}
