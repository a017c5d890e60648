package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipMessage;
import org.jspecify.annotations.Nullable;

/** Hears what a request of a call is answered. One thread, the engine's. */
interface CallWatch {
    /** Of a request that tells nothing of a call. */
    CallWatch NONE = (_, _, _) -> {};

    /**
     * A response was sent back.
     *
     * @param response null if it is one of our own
     */
    void onResponse(int status, @Nullable SipMessage response, long nowMs);
}
