package io.turnstone.node.session;

/** What a {@link SessionMachine} is told. Immutable, any thread. */
public sealed interface SessionCommand {
    /** What is told by any node; these alone travel. Nobody waits for an answer. */
    sealed interface Telling extends SessionCommand permits CallCommand, RoomTelling {}

    /** The wake-up asked for by the last {@link SessionEffect.WakeAt}. */
    record Wake() implements SessionCommand {}

    /** A node is no member of the cluster any more. */
    record NodeEnded(long incarnation) implements SessionCommand {}

    /** The answer to {@link SessionEffect.Revoke}: how many allocations there were. */
    record Revoked(int allocations) implements SessionCommand {}
}
