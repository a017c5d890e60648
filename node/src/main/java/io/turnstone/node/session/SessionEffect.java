package io.turnstone.node.session;

/** What a {@link SessionMachine} wants done, in order. Immutable, any thread. */
public sealed interface SessionEffect {
    /** {@link SessionCommand.Wake} at that time, in place of any wake-up asked for before. */
    record WakeAt(long deadlineMs) implements SessionEffect {}

    /** Tells one node, if it is a member. */
    record Tell(long incarnation, SessionNotice notice) implements SessionEffect {}

    /** Tells every node of the cluster, this one too. */
    record TellAll(SessionNotice notice) implements SessionEffect {}

    /** Counts the allocations of the call that are about to be deleted; answered by {@link SessionCommand.Revoked}. */
    record Revoke(String callId) implements SessionEffect {}

    /** A call has begun or has been answered: whoever watches is shown. */
    record Show(String callId, CallState call) implements SessionEffect {}

    /** Writes the record of a call that has ended. */
    record Write(CallRecord ended) implements SessionEffect {}

    /** The session is over and may be forgotten. */
    record Stop() implements SessionEffect {}
}
