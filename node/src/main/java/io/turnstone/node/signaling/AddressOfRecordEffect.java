package io.turnstone.node.signaling;

import java.util.List;

/** What the outside world must do after a command, in this order. An {@link AddressOfRecord} itself does nothing. */
public sealed interface AddressOfRecordEffect {
    /** Replicate: these are all bindings now. */
    record Announce(List<Binding> bindings) implements AddressOfRecordEffect {
        public Announce {
            bindings = List.copyOf(bindings);
        }
    }

    /** Answer, as soon as what was announced before is replicated. */
    record Respond(RegistrationReply reply) implements AddressOfRecordEffect {}
}
