package io.turnstone.node.operations;

import io.turnstone.node.session.CallState;

/** One call as an operator sees it. Immutable, any thread. */
public record CallView(String callId, CallState call) {}
