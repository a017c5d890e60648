package io.turnstone.loadtest.signaling;

/**
 * What users do. Immutable, any thread.
 *
 * @param users an even number where they call
 * @param rehearsals how often it is done before the measurement begins
 * @param count how often it is done then
 * @param concurrent how much may be under way at once; no more than half the users where they call
 * @param bodyBytes length of the session descriptions
 */
public record SignalingPlan(Activity activity, Transport transport, int users, int rehearsals, int count,
    int concurrent, int bodyBytes) {

    /** What is done again and again. */
    public enum Activity {
        /** Each user in turn: REGISTER, 401, REGISTER, 200. */
        REGISTER,
        /** Every other user calls the next one, who takes it: INVITE, 407, ACK, INVITE, 180, 200, ACK, BYE, 200. */
        CALL
    }

    /** How messages get to the server. */
    public enum Transport {
        WS,
        UDP
    }
}
