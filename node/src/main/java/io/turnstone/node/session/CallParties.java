package io.turnstone.node.session;

/**
 * Who calls whom. Immutable, any thread.
 *
 * @param caller the URI of From, {@code sip:USER@HOST}
 * @param callee the URI of the INVITE, likewise
 * @param callerTag the From tag of the INVITE, which only those in the call know
 */
public record CallParties(String caller, String callee, String callerTag) {
    /** Of a call whose INVITE was not told of. */
    public static final CallParties UNKNOWN = new CallParties("", "", "");
}
