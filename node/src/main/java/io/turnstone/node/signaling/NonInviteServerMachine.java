package io.turnstone.node.signaling;

import static io.turnstone.node.signaling.TransactionAction.END;
import static io.turnstone.node.signaling.TransactionAction.NOTHING;
import static io.turnstone.node.signaling.TransactionAction.SEND;
import static io.turnstone.node.signaling.TransactionAction.SEND_TRYING;

/**
 * Server transaction of any request but INVITE and ACK (RFC 3261 §17.2.2 as corrected by RFC 4320). One thread. The only
 * provisional response is a 100 of its own, late enough to be worth its while; what has no final response after 64 times
 * T1 never gets one, since the client has given up by then and 408 would only come too late.
 *
 * <pre>
 * TRYING      REQUEST           -> TRYING      nothing
 *             WAKE              -> PROCEEDING  100 sent, when the client's Timer E has become T2
 * PROCEEDING  REQUEST           -> PROCEEDING  100 sent again
 * both        PROVISIONAL       -> the same    nothing (RFC 4320 §4.1)
 *             SUCCESS, FAILURE  -> COMPLETED   sent
 *             WAKE              -> ENDED       after 64 times T1
 * COMPLETED   REQUEST           -> COMPLETED   the response sent again
 *             WAKE              -> ENDED       after Timer J; at once on a reliable transport
 * </pre>
 */
final class NonInviteServerMachine extends TransactionMachine {
    private enum State {
        TRYING,
        PROCEEDING,
        COMPLETED
    }

    private State state = State.TRYING;

    NonInviteServerMachine(SipTimers timers, boolean reliable) {
        super(timers, reliable);
    }

    @Override
    int start(long nowMs) {
        sendAgainIn(timers.slowTryingMs(), nowMs);
        endIn(timers.timeoutMs(), nowMs);
        return NOTHING;
    }

    @Override
    int handle(TransactionEvent event, long nowMs) {
        return switch (event) {
            case REQUEST -> switch (state) {
                case TRYING -> NOTHING;
                case PROCEEDING -> SEND_TRYING;
                case COMPLETED -> SEND;
            };
            case SUCCESS, FAILURE -> state == State.COMPLETED ? NOTHING : complete(nowMs);
            case WAKE -> wake(nowMs);
            case ACK, PROVISIONAL, CANCELED -> NOTHING;
        };
    }

    private int complete(long nowMs) {
        state = State.COMPLETED;
        sendNoMore();
        endIn(timers.timeoutMs(), nowMs);
        return reliable ? SEND | END : SEND;
    }

    private int wake(long nowMs) {
        if (isToEnd(nowMs)) {
            state = State.COMPLETED;
            return END;
        }
        if (!isToSend(nowMs)) {
            return NOTHING;
        }
        state = State.PROCEEDING;
        sendNoMore();
        return SEND_TRYING;
    }
}
