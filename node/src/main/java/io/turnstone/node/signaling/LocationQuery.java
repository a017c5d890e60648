package io.turnstone.node.signaling;

/** Whose bindings are asked for. Immutable, any thread. */
public sealed interface LocationQuery {
    /**
     * All bindings of an address-of-record.
     *
     * @param text {@code user@host}, the escapes of the user resolved and the host in lower case
     */
    record OfAddress(String text) implements LocationQuery {}

    /** The binding with that name, whatever its contact and flow are now. */
    record OfBinding(BindingId id) implements LocationQuery {}

    /**
     * The bindings whose contact's user and host are these: a contact that nobody can resolve (RFC 7118 §5) is dialled all
     * the same when a call is transferred.
     *
     * @param text {@code user@host}, the escapes of the user resolved and the host in lower case
     */
    record OfContact(String text) implements LocationQuery {}
}
