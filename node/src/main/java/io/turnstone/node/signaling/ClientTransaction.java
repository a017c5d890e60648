package io.turnstone.node.signaling;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** A request that was sent on, to one target: a branch (RFC 3261 §16.6). One thread: {@link Transactions}'. */
final class ClientTransaction extends Transaction {
    private final Transactions owner;
    private final @Nullable TransactionUser user;
    private final Target target;
    private final UnsafeBuffer request = new UnsafeBuffer(NOTHING);
    private boolean responded;
    private boolean cancelWanted;
    private int finalStatus;

    /** @param user null for a CANCEL, whose response says nothing (§9.1) */
    ClientTransaction(
        Transactions owner, long high, long low, TransactionMachine machine, Target target,
        @Nullable TransactionUser user) {
        super(high, low, machine, target.flow());
        this.owner = owner;
        this.target = target;
        this.user = user;
    }

    @Nullable
    TransactionUser user() {
        return user;
    }

    Target target() {
        return target;
    }

    /** Keeps a copy of the request, to send it again and to make ACK and CANCEL of it. */
    void keepRequest(DirectBuffer source, int length) {
        byte[] octets = new byte[length];
        source.getBytes(0, octets);
        request.wrap(octets);
    }

    void forgetRequest() {
        request.wrap(NOTHING);
    }

    DirectBuffer request() {
        return request;
    }

    /** Whether any response has come, so that CANCEL may be sent (§9.1). */
    boolean isResponded() {
        return responded;
    }

    void responded() {
        responded = true;
    }

    boolean isCancelWanted() {
        return cancelWanted;
    }

    void cancelWanted() {
        cancelWanted = true;
    }

    /** 200 to 699, or 0 while there is no final response. */
    int finalStatus() {
        return finalStatus;
    }

    void finalStatus(int status) {
        finalStatus = status;
    }

    @Override
    void onDeadline(long nowMs) {
        owner.onDeadline(this, nowMs);
    }
}
