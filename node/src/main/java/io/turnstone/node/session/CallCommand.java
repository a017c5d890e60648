package io.turnstone.node.session;

/**
 * What SIP engines tell of a call. Times are epoch milliseconds of the node that tells. What is told twice changes
 * nothing, so that a node may tell again all that it told of a call whose shard it believes lost. Immutable, any thread.
 */
public sealed interface CallCommand extends SessionCommand.Telling {
    /**
     * An INVITE without a To tag was sent on.
     *
     * @param node that did it, and has its transaction
     */
    record Invited(CallParties parties, long node, long atMs) implements CallCommand {}

    /**
     * The INVITE was answered by 2xx.
     *
     * @param calleeTag of the answer
     * @param rangMs when the callee's first 18x was sent back; 0 = it was not
     * @param sessionExpiresS the session interval (RFC 4028 §4), 0 = none
     */
    record Answered(String callerTag, String calleeTag, long rangMs, long atMs, int sessionExpiresS)
        implements
            CallCommand {}

    /** The INVITE was answered by a failure, the best one. {@code rangMs} as in {@link Answered}. */
    record Failed(String callerTag, int status, long rangMs, long atMs) implements CallCommand {}

    /**
     * A re-INVITE or UPDATE was answered by 2xx, which restarts the session interval (RFC 4028 §8.1).
     *
     * @param tag the From tag
     * @param otherTag the To tag
     * @param sessionExpiresS 0 = there is no session timer any more
     */
    record Refreshed(String tag, String otherTag, long atMs, int sessionExpiresS) implements CallCommand {}

    /**
     * A BYE was answered, or both sides are gone.
     *
     * @param tag the From tag, or the caller's
     * @param otherTag the To tag, or the callee's
     */
    record Ended(String tag, String otherTag, CallCause cause, long atMs) implements CallCommand {}

    /** What the session knew where its shard was before. */
    record Restored(CallState state) implements CallCommand {}
}
