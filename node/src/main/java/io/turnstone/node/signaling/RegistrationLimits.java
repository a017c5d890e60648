package io.turnstone.node.signaling;

/**
 * What a registrar takes. Immutable, any thread.
 *
 * @param minExpiresS shorter is refused with 423
 * @param maxExpiresS longer is shortened
 * @param defaultExpiresS for a contact that names none
 * @param bindingsMax of one address-of-record; what was refreshed longest ago makes room
 * @param absenceMs for how long a user agent of outbound is expected back whose flow is gone, in milliseconds; 0 for not at
 *        all
 */
public record RegistrationLimits(
    long minExpiresS, long maxExpiresS, long defaultExpiresS, int bindingsMax, long absenceMs) {
    public static final RegistrationLimits DEFAULT = new RegistrationLimits(60, 7_200, 3_600, 16, 10_000);

    /** RFC 3261 §10.3 step 7: an hour and more is never too brief. */
    private static final long NEVER_TOO_BRIEF_S = 3_600;

    public RegistrationLimits {
        if (minExpiresS < 1 || minExpiresS > NEVER_TOO_BRIEF_S || maxExpiresS < minExpiresS
            || defaultExpiresS < minExpiresS || defaultExpiresS > maxExpiresS || bindingsMax < 1 || absenceMs < 0) {
            throw new IllegalArgumentException(
                "registrations of " + minExpiresS + " to " + maxExpiresS + " s, by default " + defaultExpiresS
                    + " s, with up to " + bindingsMax
                    + " bindings, away for " + absenceMs
                    + " ms: the minimum is 1 to 3600 s, the default lies between minimum and maximum");
        }
    }
}
