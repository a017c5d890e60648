package io.turnstone.node.signaling;

/**
 * The timers of RFC 3261 (table 4), in milliseconds. Immutable, any thread.
 *
 * @param t1Ms the estimated round trip
 * @param t2Ms the longest interval between two sendings of what is no INVITE, and of a response to INVITE
 * @param t4Ms how long a message stays in the network
 * @param timerCMs how long an INVITE may ring (§16.6 step 11: more than three minutes)
 */
public record SipTimers(long t1Ms, long t2Ms, long t4Ms, long timerCMs) {
    public static final SipTimers DEFAULT = new SipTimers(500, 4_000, 5_000, 185_000);

    private static final int TIMEOUT_FACTOR = 64;
    /** After 1, 2 and 4 times T1, Timer E is T2 (RFC 4320 §4.1). */
    private static final int SENDINGS_BEFORE_T2 = 7;

    /** When 100 is sent for an INVITE that nothing else was sent for (§17.2.1). */
    static final long TRYING_MS = 200;

    /** Timers B, F, H, J, L and M. */
    long timeoutMs() {
        return TIMEOUT_FACTOR * t1Ms;
    }

    /** When 100 is sent for another request that no response was sent for (RFC 4320 §4.1). */
    long slowTryingMs() {
        return SENDINGS_BEFORE_T2 * t1Ms;
    }
}
