package io.turnstone.node.session;

/**
 * A call that has ended. Immutable, any thread.
 *
 * @param revoked allocations of its credentials that were deleted for it
 */
public record CallRecord(String callId, CallState call, int revoked) {}
