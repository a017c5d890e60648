package io.turnstone.node.auth;

import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayQueue;

/**
 * The calls that have ended: whoever has a credential for one of them allocates nothing any more. A call is remembered for
 * as long as a credential for it may live; if there are too many, the oldest are forgotten first. Owned by one thread.
 */
public final class RevokedCalls {
    private static final long NOT_REVOKED = Long.MIN_VALUE;

    private final long lifetimeMs;
    private final int callsMax;
    private final Long2LongHashMap untilByCall = new Long2LongHashMap(NOT_REVOKED);
    /** In the order of their ends. */
    private final LongArrayQueue order = new LongArrayQueue(NOT_REVOKED);
    private long forgotten;

    /** @param lifetimeMs of a credential, at most */
    public RevokedCalls(long lifetimeMs, int callsMax) {
        this.lifetimeMs = lifetimeMs;
        this.callsMax = callsMax;
    }

    /** The call has ended; a second end changes nothing. */
    public void revoke(String callId, long nowMs) {
        forgetOld(nowMs);
        long call = TurnUser.callNumber(TurnUser.markOf(callId));
        if (untilByCall.get(call) != NOT_REVOKED) {
            return;
        }
        if (untilByCall.size() >= callsMax) {
            untilByCall.remove(order.removeLong());
            forgotten++;
        }
        untilByCall.put(call, nowMs + lifetimeMs);
        order.addLong(call);
    }

    /** Whether the account is one of a credential for a call that has ended. */
    public boolean isRevoked(String account, long nowMs) {
        String mark = TurnUser.markIn(account);
        return !mark.isEmpty() && untilByCall.get(TurnUser.callNumber(mark)) > nowMs;
    }

    private void forgetOld(long nowMs) {
        while (!order.isEmpty() && untilByCall.get(order.peekLong()) <= nowMs) {
            untilByCall.remove(order.removeLong());
        }
    }

    public int size() {
        return untilByCall.size();
    }

    /** How many were forgotten before their time. */
    public long forgotten() {
        return forgotten;
    }
}
