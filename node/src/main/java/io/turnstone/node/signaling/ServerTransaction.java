package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipMethod;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** A request that came in, and what was answered. One thread: {@link Transactions}'. */
final class ServerTransaction extends Transaction {
    private final Transactions owner;
    private final Arrival arrival;
    private final SipMethod method;
    private final UnsafeBuffer request = new UnsafeBuffer(NOTHING);
    private final UnsafeBuffer response = new UnsafeBuffer(NOTHING);
    private @Nullable TransactionUser user;

    ServerTransaction(
        Transactions owner, long high, long low, TransactionMachine machine, Arrival arrival, SipMethod method) {
        super(high, low, machine, arrival.flow());
        this.owner = owner;
        this.arrival = arrival;
        this.method = method;
    }

    Arrival arrival() {
        return arrival;
    }

    boolean isInvite() {
        return method == SipMethod.INVITE;
    }

    /** Keeps a copy of the request for what is decided later; the octets may be used for something else then. */
    void keepRequest(DirectBuffer source, int length) {
        request.wrap(copy(source, length));
    }

    /** Nothing is answered any more for which the request would be needed. */
    void forgetRequest() {
        request.wrap(NOTHING);
    }

    /** The request, empty if it was not kept. */
    DirectBuffer request() {
        return request;
    }

    void keepResponse(DirectBuffer source, int length) {
        response.wrap(copy(source, length));
    }

    /** What was answered last, empty if it will not be sent again. */
    DirectBuffer response() {
        return response;
    }

    private static byte[] copy(DirectBuffer source, int length) {
        byte[] octets = new byte[length];
        source.getBytes(0, octets);
        return octets;
    }

    /** Whoever sent the request on; null while nobody has. */
    @Nullable
    TransactionUser user() {
        return user;
    }

    void user(TransactionUser value) {
        user = value;
    }

    @Override
    void onDeadline(long nowMs) {
        owner.onDeadline(this, nowMs);
    }
}
