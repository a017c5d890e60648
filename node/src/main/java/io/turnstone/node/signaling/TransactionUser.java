package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipMessage;

/** Whoever sent a request and waits for its responses: the TU of RFC 3261 §17. Called on the engine's thread. */
interface TransactionUser {
    /** Whether the request is our own, and not one that came from somebody else: then its responses go no further. */
    default boolean isOrigin() {
        return false;
    }

    /** @param response valid until this returns */
    void onResponse(ClientTransaction transaction, SipMessage response, long nowMs);

    /** The callee has been rung for as long as an INVITE may ring (Timer C). */
    void onExpired(ClientTransaction transaction, long nowMs);

    /** There was no final response, and none will be taken any more. */
    void onTimeout(ClientTransaction transaction, long nowMs);

    /** The binding that the request was sent to is reached over another flow now. */
    void onMoved(ClientTransaction transaction, Binding binding, long nowMs);

    /** The request was canceled by whoever sent it to us (§9.2). */
    void onCancel(long nowMs);
}
