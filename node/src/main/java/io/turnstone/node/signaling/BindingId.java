package io.turnstone.node.signaling;

/**
 * The name of a binding (RFC 3261 §10), the same for as long as the same user agent refreshes it, whatever connection or
 * node that goes through. Immutable, any thread.
 *
 * @param addressOfRecord a hash of the address-of-record, by which its shard is found
 * @param binding a hash of instance and reg-id (RFC 5626 §4.2), or of the contact's URI without those
 */
public record BindingId(long addressOfRecord, long binding) {}
