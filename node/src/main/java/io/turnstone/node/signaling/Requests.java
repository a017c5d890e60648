package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipFraming;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipParser;
import io.turnstone.protocol.sip.SipWriter;
import org.jspecify.annotations.Nullable;

/**
 * Gives requests again that wait for something, and answers them. One thread. While the message is worked on that has just
 * come in, it is not parsed a second time.
 */
final class Requests {
    private final Transactions transactions;
    private final Responses responses;
    private final Flows flows;
    private final SipParser stored;
    private @Nullable ServerTransaction current;
    private @Nullable SipMessage currentMessage;

    Requests(Transactions transactions, Responses responses, Flows flows, SipLimits limits) {
        this.transactions = transactions;
        this.flows = flows;
        this.responses = responses;
        this.stored = new SipParser(limits);
    }

    /** The message that came in last is not there any more. */
    void end() {
        current = null;
        currentMessage = null;
    }

    /** The request of a transaction that has no final response yet; valid until the next call. */
    SipMessage of(ServerTransaction transaction) {
        SipMessage message = currentMessage;
        if (current == transaction && message != null) {
            return message;
        }
        stored.parse(transaction.request(), 0, transaction.request().capacity(), SipFraming.DATAGRAM);
        return stored.message();
    }

    /** Begins the transaction of the request that has just come in. */
    ServerTransaction open(Arrival arrival, SipMessage message, RequestName name, long nowMs) {
        ServerTransaction transaction = transactions.open(name.high(), name.low(), arrival, message.method(), nowMs);
        current = transaction;
        currentMessage = message;
        transaction.keepRequest(message.buffer(), message.length());
        return transaction;
    }

    /** Answers a request without a transaction: the same request gets the same answer again (RFC 3261 §8.2.7). */
    void answerAtOnce(Arrival arrival, SipMessage request, RequestName name, int status) {
        sendAtOnce(arrival, responses.begin(request, arrival, status, name.low()));
    }

    /** Begins an answer without a transaction. */
    SipWriter beginAtOnce(Arrival arrival, SipMessage request, RequestName name, int status) {
        return responses.begin(request, arrival, status, name.low());
    }

    void sendAtOnce(Arrival arrival, SipWriter response) {
        flows.send(arrival.flow(), responses.buffer(), 0, response.end());
    }

    /** Begins a response, to be sent by {@link #send}. */
    SipWriter begin(ServerTransaction transaction, int status) {
        return responses.begin(of(transaction), transaction.arrival(), status, transaction.low());
    }

    /** Sends what was begun with that status. */
    void send(ServerTransaction transaction, int status, SipWriter response, long nowMs) {
        transactions.respond(transaction, status, responses.buffer(), response.end(), nowMs);
    }

    /** Answers with nothing but a status. */
    void answer(ServerTransaction transaction, int status, long nowMs) {
        send(transaction, status, begin(transaction, status), nowMs);
    }

    /** Answers 423 with the shortest expiry that is taken, in seconds. */
    void answerTooBrief(ServerTransaction transaction, long minExpiresS, long nowMs) {
        SipWriter response = begin(transaction, Responses.INTERVAL_TOO_BRIEF);
        response.header(SipHeader.MIN_EXPIRES, minExpiresS);
        send(transaction, Responses.INTERVAL_TOO_BRIEF, response, nowMs);
    }
}
