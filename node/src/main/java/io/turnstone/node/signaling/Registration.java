package io.turnstone.node.signaling;

import java.util.List;

/**
 * What a REGISTER asks for (RFC 3261 §10.3), after its sender was authenticated. Immutable, any thread.
 *
 * @param removesAll the star: all bindings end (§10.2.2)
 * @param contacts in their order; none asks for the list only
 * @param path values of Route through which the contacts are reached; empty for none
 * @param flow on which the request came
 */
public record Registration(
    String callId, long cseq, boolean removesAll, List<Contact> contacts, String path, FlowName flow) {
    /** What stands for the expiry of a contact that has none. */
    public static final long EXPIRES_DEFAULT = -1;

    public Registration {
        contacts = List.copyOf(contacts);
    }

    /**
     * One contact.
     *
     * @param uri as it stands, without where the user agent is woken
     * @param quality in thousandths
     * @param expiresS seconds; 0 ends the binding
     * @param instance the URN in angle brackets; empty without
     * @param registrationId reg-id; 0 where outbound is not used
     * @param push where the user agent wants to be woken
     */
    public record Contact(
        String uri, int quality, long expiresS, String instance, int registrationId, PushResource push) {}
}
