package io.turnstone.node.signaling;

import static io.turnstone.node.signaling.TransactionAction.ACKNOWLEDGE;
import static io.turnstone.node.signaling.TransactionAction.END;
import static io.turnstone.node.signaling.TransactionAction.SEND;
import static io.turnstone.node.signaling.TransactionAction.SEND_TRYING;
import static io.turnstone.node.signaling.TransactionAction.TELL;
import static io.turnstone.node.signaling.TransactionAction.TELL_EXPIRED;
import static io.turnstone.node.signaling.TransactionAction.TELL_TIMEOUT;

import io.turnstone.protocol.sip.SipFraming;
import io.turnstone.protocol.sip.SipLimits;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipMethod;
import io.turnstone.protocol.sip.SipParser;
import io.turnstone.protocol.sip.SipRequestWriter;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a node: it drives their machines, keeps what may have to be sent again, and does what they ask for.
 * One thread, the engine's.
 */
final class Transactions {
    /** Tells the name of a CANCEL from that of its INVITE, whose branch it has (RFC 3261 §9.1). */
    private static final long CANCEL_MARK = 1;
    private static final int SHARE_OF_LIFETIME = 2;

    private final SipTimers timers;
    private final Flows flows;
    private final Responses responses;
    private final TimerWheel wheel;
    private final TransactionTable<ServerTransaction> servers = new TransactionTable<>(ServerTransaction.class);
    private final TransactionTable<ClientTransaction> clients = new TransactionTable<>(ClientTransaction.class);
    private final SipParser stored;
    private final SipRequestWriter writer = new SipRequestWriter();
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();

    Transactions(SipTimers timers, Flows flows, Responses responses, SipLimits limits, long nowMs) {
        this.timers = timers;
        this.flows = flows;
        this.responses = responses;
        this.wheel = new TimerWheel(nowMs);
        this.stored = new SipParser(limits);
    }

    /** Sets the deadline of something that is no transaction; {@link TransactionMachine#NEVER} clears it. */
    void deadline(Timed timed, long deadlineMs) {
        wheel.set(timed, deadlineMs);
    }

    /** How long a request may wait before it is sent on, so that its answer still comes before its sender gives up. */
    long holdMs() {
        return timers.timeoutMs() / SHARE_OF_LIFETIME;
    }

    /** Meets all deadlines up to now; returns how many. */
    int turn(long nowMs) {
        return wheel.turn(nowMs);
    }

    /** How many there are of both kinds. */
    int size() {
        return servers.size() + clients.size();
    }

    @Nullable
    ServerTransaction findServer(long high, long low) {
        return servers.find(high, low);
    }

    /** The transaction that a response is for, by the name that its branch is. */
    @Nullable
    ClientTransaction findClient(long high, long low, SipMethod method) {
        return clients.find(method == SipMethod.CANCEL ? high ^ CANCEL_MARK : high, low);
    }

    /** Begins the transaction of a request that came in. */
    ServerTransaction open(long high, long low, Arrival arrival, SipMethod method, long nowMs) {
        boolean reliable = arrival.flow().transport().isReliable();
        TransactionMachine machine = method == SipMethod.INVITE
            ? new InviteServerMachine(timers, reliable)
            : new NonInviteServerMachine(timers, reliable);
        ServerTransaction transaction = new ServerTransaction(this, high, low, machine, arrival, method);
        servers.add(transaction);
        perform(transaction, machine.start(nowMs));
        return transaction;
    }

    /** The request came again, or its ACK did; returns whether that is to be sent on. */
    boolean onRequest(ServerTransaction transaction, TransactionEvent event, long nowMs) {
        int actions = transaction.machine().handle(event, nowMs);
        perform(transaction, actions);
        return (actions & TELL) != 0;
    }

    /** Answers with the first {@code length} octets; what comes too late is not sent. */
    void respond(ServerTransaction transaction, int statusCode, DirectBuffer buffer, int length, long nowMs) {
        int actions = transaction.machine().handle(TransactionEvent.ofStatus(statusCode), nowMs);
        if ((actions & SEND) != 0) {
            if (!transaction.flow().transport().isReliable()) {
                transaction.keepResponse(buffer, length);
            }
            if (statusCode >= Responses.OK) {
                transaction.forgetRequest();
            }
            flows.send(transaction.flow(), buffer, 0, length);
        }
        perform(transaction, actions & ~SEND);
    }

    private void perform(ServerTransaction transaction, int actions) {
        if ((actions & SEND) != 0 && transaction.response().capacity() > 0) {
            flows.send(transaction.flow(), transaction.response(), 0, transaction.response().capacity());
        }
        if ((actions & SEND_TRYING) != 0 && transaction.request().capacity() > 0) {
            SipMessage request = parse(transaction.request());
            int length = responses.begin(request, transaction.arrival(), Responses.TRYING, 0).end();
            flows.send(transaction.flow(), responses.buffer(), 0, length);
        }
        if ((actions & END) != 0) {
            servers.remove(transaction);
            wheel.set(transaction, TransactionMachine.NEVER);
        } else {
            wheel.set(transaction, transaction.machine().deadlineMs());
        }
    }

    private SipMessage parse(DirectBuffer message) {
        stored.parse(message, 0, message.capacity(), SipFraming.DATAGRAM);
        return stored.message();
    }

    /**
     * Sends the first {@code length} octets, a request, and waits for its responses.
     *
     * @return null if it could not be sent
     */
    @Nullable
    ClientTransaction send(Branch branch, TransactionUser user, DirectBuffer buffer, int length, long nowMs) {
        Target target = branch.target();
        boolean reliable = target.flow().transport().isReliable();
        boolean invite = branch.method() == SipMethod.INVITE;
        TransactionMachine machine = invite
            ? new InviteClientMachine(timers, reliable)
            : new NonInviteClientMachine(timers, reliable);
        if (!flows.send(target.flow(), buffer, 0, length)) {
            return null;
        }
        RequestName name = branch.name();
        ClientTransaction transaction = new ClientTransaction(this, name.high(), name.low(), machine, target, user);
        if (invite || !reliable) {
            transaction.keepRequest(buffer, length);
        }
        begin(transaction, nowMs);
        return transaction;
    }

    private void begin(ClientTransaction transaction, long nowMs) {
        ClientTransaction old = clients.find(transaction.high(), transaction.low());
        if (old != null) {
            end(old);
        }
        clients.add(transaction);
        perform(transaction, transaction.machine().start(nowMs) & ~SEND, null, nowMs);
    }

    private void end(ClientTransaction transaction) {
        clients.remove(transaction);
        wheel.set(transaction, TransactionMachine.NEVER);
    }

    /** A flow outside is gone: what was sent over it and has no response yet will get none (RFC 3261 §16.9). */
    void unreachable(FlowName flow, long nowMs) {
        for (ClientTransaction transaction : clients.all()) {
            TransactionUser user = transaction.user();
            if (transaction.flow().equals(flow) && !transaction.isResponded() && transaction.finalStatus() == 0) {
                end(transaction);
                transaction.finalStatus(Responses.UNAVAILABLE);
                if (user != null) {
                    user.onTimeout(transaction, nowMs);
                }
            }
        }
    }

    /**
     * A response to the transaction's request came in. If it came over another flow than the request went, because the user
     * agent has lost that, ACK and CANCEL go there too.
     */
    void onResponse(ClientTransaction transaction, SipMessage response, FlowName flow, long nowMs) {
        if (flow.transport() == transaction.flow().transport()) {
            transaction.flow(flow);
        }
        TransactionEvent event = TransactionEvent.ofStatus(response.statusCode());
        perform(transaction, transaction.machine().handle(event, nowMs), response, nowMs);
        if (event == TransactionEvent.PROVISIONAL && !transaction.isResponded()) {
            transaction.responded();
            if (transaction.isCancelWanted()) {
                sendCancel(transaction, nowMs);
            }
        }
    }

    /** Sends CANCEL, or remembers to do so when the first provisional response has come (RFC 3261 §9.1). */
    void cancel(ClientTransaction transaction, long nowMs) {
        if (transaction.isCancelWanted() || transaction.finalStatus() != 0) {
            return;
        }
        transaction.cancelWanted();
        if (transaction.isResponded()) {
            sendCancel(transaction, nowMs);
        }
    }

    private void sendCancel(ClientTransaction transaction, long nowMs) {
        if (transaction.finalStatus() != 0) {
            return;
        }
        int length = writer.cancel(scratch, 0, parse(transaction.request())).end();
        flows.send(transaction.flow(), scratch, 0, length);
        perform(transaction, transaction.machine().handle(TransactionEvent.CANCELED, nowMs), null, nowMs);
        if (!transaction.flow().transport().isReliable()) {
            ClientTransaction cancel = new ClientTransaction(
                this,
                transaction.high() ^ CANCEL_MARK,
                transaction.low(),
                new NonInviteClientMachine(timers, false),
                transaction.target(),
                null);
            cancel.keepRequest(scratch, length);
            begin(cancel, nowMs);
        }
    }

    private void perform(ClientTransaction transaction, int actions, @Nullable SipMessage response, long nowMs) {
        if ((actions & SEND) != 0) {
            flows.send(transaction.flow(), transaction.request(), 0, transaction.request().capacity());
        }
        if ((actions & ACKNOWLEDGE) != 0 && response != null) {
            int length = writer.ack(scratch, 0, parse(transaction.request()), response).end();
            flows.send(transaction.flow(), scratch, 0, length);
        }
        TransactionUser user = transaction.user();
        if (user != null) {
            tell(user, transaction, actions, response, nowMs);
        }
        if ((actions & END) != 0) {
            end(transaction);
        } else {
            wheel.set(transaction, transaction.machine().deadlineMs());
        }
    }

    private static void tell(
        TransactionUser user, ClientTransaction transaction, int actions, @Nullable SipMessage response, long nowMs) {
        if ((actions & TELL) != 0 && response != null) {
            if (response.statusCode() >= Responses.OK) {
                transaction.finalStatus(response.statusCode());
                if (TransactionEvent.ofStatus(response.statusCode()) == TransactionEvent.SUCCESS) {
                    transaction.forgetRequest();
                }
            }
            user.onResponse(transaction, response, nowMs);
        }
        if ((actions & TELL_EXPIRED) != 0) {
            user.onExpired(transaction, nowMs);
        }
        if ((actions & TELL_TIMEOUT) != 0) {
            transaction.finalStatus(Responses.REQUEST_TIMEOUT);
            user.onTimeout(transaction, nowMs);
        }
    }

    void onDeadline(ServerTransaction transaction, long nowMs) {
        perform(transaction, transaction.machine().handle(TransactionEvent.WAKE, nowMs));
    }

    void onDeadline(ClientTransaction transaction, long nowMs) {
        perform(transaction, transaction.machine().handle(TransactionEvent.WAKE, nowMs), null, nowMs);
    }
}
