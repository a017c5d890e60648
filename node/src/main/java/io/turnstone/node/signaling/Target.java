package io.turnstone.node.signaling;

/**
 * Where a request goes (RFC 3261 §16.5). Immutable, any thread.
 *
 * @param id what the branch is named after
 * @param requestUri what takes the place of the Request-URI; empty if that stays
 * @param path values of Route to go through first (RFC 3327 §5.3); empty for none
 */
record Target(BindingId id, FlowName flow, String requestUri, String path) {}
