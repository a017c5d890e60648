package io.turnstone.node.allocation;

import io.turnstone.node.auth.Authentication.Accepted;
import io.turnstone.protocol.net.FiveTuple;
import io.turnstone.protocol.stun.TransactionId;

/**
 * One authenticated request and all that its answer needs when the request itself is gone. Immutable, any thread.
 *
 * @param method see {@link io.turnstone.protocol.stun.StunMethod}
 * @param fingerprint whether the request has one, so that the answer gets one
 */
record Exchange(Origin origin, FiveTuple fiveTuple, TransactionId id, int method, Accepted proof,
    boolean fingerprint) {}
