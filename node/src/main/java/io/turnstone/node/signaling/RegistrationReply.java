package io.turnstone.node.signaling;

import java.util.List;

/** What a registrar says to a {@link Registration}. Immutable, any thread. */
public sealed interface RegistrationReply {
    /** Done; these are all bindings there are now (RFC 3261 §10.3 step 8). */
    record Registered(List<Binding> bindings) implements RegistrationReply {
        public Registered {
            bindings = List.copyOf(bindings);
        }
    }

    /** An expiry is too short; the shortest that is taken, in seconds (423, §10.3 step 7). */
    record TooBrief(long minExpiresS) implements RegistrationReply {}

    /** Nothing was done; a status of 400 to 699. */
    record Refused(int statusCode) implements RegistrationReply {}
}
