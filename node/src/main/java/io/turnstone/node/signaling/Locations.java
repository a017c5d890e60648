package io.turnstone.node.signaling;

import java.util.List;

/**
 * The location service of the cluster (RFC 3261 §10): whoever runs the {@link AddressOfRecord} machines. Called on the
 * engine's thread.
 *
 * <p>Each question gets exactly one answer, on the engine's thread too: before the call returns, or later, or as late as
 * the service takes to find out that it cannot know.
 */
public interface Locations {
    /**
     * What takes an answer.
     *
     * @param <T> what is answered
     */
    @FunctionalInterface
    interface Answer<T> {
        /** @param nowMs the time of the answer, in epoch milliseconds */
        void accept(T answer, long nowMs);
    }

    /**
     * What was found, in any order; nothing if there is nothing or nobody can be asked.
     *
     * @param reached live bindings whose flow is there, as far as anybody knows
     * @param away live bindings whose flow is gone, and whose user agent is expected back or can be woken
     */
    record Found(List<Binding> reached, List<Binding> away) {}

    /** Asks for bindings, those that cannot be reached now among them. */
    void find(LocationQuery query, Answer<Found> answer);

    /** Asks for the bindings that can be reached. */
    default void lookUp(LocationQuery query, Answer<List<Binding>> answer) {
        find(query, (found, nowMs) -> answer.accept(found.reached(), nowMs));
    }

    /**
     * Changes the bindings of an address-of-record.
     *
     * @param addressOfRecord as {@link LocationQuery.OfAddress} has it
     * @param answer gets what the machine answered; 503 if it cannot be reached
     */
    void register(String addressOfRecord, Registration registration, Answer<RegistrationReply> answer);

    /** A flow has failed over which the address-of-record was reached. */
    void flowFailed(String addressOfRecord, FlowName flow);

    /** The push notification service does not know a user agent any more that the address-of-record was to be woken by. */
    void pushRefused(String addressOfRecord, PushResource resource);
}
