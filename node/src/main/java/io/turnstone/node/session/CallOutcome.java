package io.turnstone.node.session;

/**
 * How a call ended. Immutable, any thread.
 *
 * @param status of the final response to its INVITE, 0 = none
 */
public record CallOutcome(CallCause cause, int status) {
    /** Of a call that goes on. */
    public static final CallOutcome NONE = new CallOutcome(CallCause.NONE, 0);

    /** Whether the call is over. */
    public boolean isFinal() {
        return cause != CallCause.NONE;
    }
}
