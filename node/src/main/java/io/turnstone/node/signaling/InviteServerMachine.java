package io.turnstone.node.signaling;

import static io.turnstone.node.signaling.TransactionAction.END;
import static io.turnstone.node.signaling.TransactionAction.NOTHING;
import static io.turnstone.node.signaling.TransactionAction.SEND;
import static io.turnstone.node.signaling.TransactionAction.SEND_TRYING;
import static io.turnstone.node.signaling.TransactionAction.TELL;

/**
 * INVITE server transaction (RFC 3261 §17.2.1 as corrected by RFC 6026 §7.1). One thread. 100 is sent only if nothing
 * else was within 200 ms, or when the request comes again before that.
 *
 * <pre>
 * PROCEEDING  WAKE         -> PROCEEDING  100 sent
 *             REQUEST      -> PROCEEDING  the last provisional response sent again
 *             PROVISIONAL  -> PROCEEDING  sent
 *             SUCCESS      -> ACCEPTED    sent
 *             FAILURE      -> COMPLETED   sent; again after Timer G on an unreliable transport
 * ACCEPTED    SUCCESS      -> ACCEPTED    sent: whoever answers sends it again, not this transaction
 *             ACK          -> ACCEPTED    told
 *             WAKE         -> ENDED       after Timer L
 * COMPLETED   REQUEST      -> COMPLETED   the response sent again
 *             ACK          -> CONFIRMED
 *             WAKE         -> ENDED       after Timer H
 * CONFIRMED   WAKE         -> ENDED       after Timer I; at once on a reliable transport
 * </pre>
 */
final class InviteServerMachine extends TransactionMachine {
    private enum State {
        PROCEEDING,
        ACCEPTED,
        COMPLETED,
        CONFIRMED
    }

    private State state = State.PROCEEDING;
    private boolean responded;

    InviteServerMachine(SipTimers timers, boolean reliable) {
        super(timers, reliable);
    }

    @Override
    int start(long nowMs) {
        sendAgainIn(SipTimers.TRYING_MS, nowMs);
        return NOTHING;
    }

    @Override
    int handle(TransactionEvent event, long nowMs) {
        return switch (state) {
            case PROCEEDING -> whileProceeding(event, nowMs);
            case ACCEPTED -> whileAccepted(event, nowMs);
            case COMPLETED -> whileCompleted(event, nowMs);
            case CONFIRMED -> event == TransactionEvent.WAKE && isToEnd(nowMs) ? END : NOTHING;
        };
    }

    private int whileProceeding(TransactionEvent event, long nowMs) {
        return switch (event) {
            case REQUEST -> responded ? SEND : tryNow();
            case WAKE -> isToSend(nowMs) ? tryNow() : NOTHING;
            case PROVISIONAL -> {
                responded = true;
                sendNoMore();
                yield SEND;
            }
            case SUCCESS -> {
                state = State.ACCEPTED;
                sendNoMore();
                endIn(timers.timeoutMs(), nowMs);
                yield SEND;
            }
            case FAILURE -> {
                state = State.COMPLETED;
                sendNoMore();
                if (!reliable) {
                    sendAgainIn(timers.t1Ms(), nowMs);
                }
                endIn(timers.timeoutMs(), nowMs);
                yield SEND;
            }
            case ACK, CANCELED -> NOTHING;
        };
    }

    private int tryNow() {
        sendNoMore();
        return SEND_TRYING;
    }

    private int whileAccepted(TransactionEvent event, long nowMs) {
        return switch (event) {
            case SUCCESS -> SEND;
            case ACK -> TELL;
            case WAKE -> isToEnd(nowMs) ? END : NOTHING;
            case REQUEST, PROVISIONAL, FAILURE, CANCELED -> NOTHING;
        };
    }

    private int whileCompleted(TransactionEvent event, long nowMs) {
        return switch (event) {
            case REQUEST -> SEND;
            case ACK -> {
                state = State.CONFIRMED;
                sendNoMore();
                endIn(timers.t4Ms(), nowMs);
                yield reliable ? END : NOTHING;
            }
            case WAKE -> sendAgainOrEnd(END, timers.t2Ms(), nowMs);
            case PROVISIONAL, SUCCESS, FAILURE, CANCELED -> NOTHING;
        };
    }
}
