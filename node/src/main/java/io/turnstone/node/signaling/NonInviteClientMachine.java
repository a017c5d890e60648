package io.turnstone.node.signaling;

import static io.turnstone.node.signaling.TransactionAction.END;
import static io.turnstone.node.signaling.TransactionAction.NOTHING;
import static io.turnstone.node.signaling.TransactionAction.TELL;
import static io.turnstone.node.signaling.TransactionAction.TELL_TIMEOUT;

/**
 * Client transaction of any request but INVITE and ACK (RFC 3261 §17.1.2). One thread.
 *
 * <pre>
 * TRYING      start             -> TRYING      sent; again after Timer E on an unreliable transport
 *             PROVISIONAL       -> PROCEEDING  told; Timer E is T2 from now on
 * PROCEEDING  PROVISIONAL       -> PROCEEDING  told
 * both        SUCCESS, FAILURE  -> COMPLETED   told
 *             WAKE              -> ENDED       after Timer F: timed out
 * COMPLETED   WAKE              -> ENDED       after Timer K; at once on a reliable transport
 * </pre>
 */
final class NonInviteClientMachine extends TransactionMachine {
    private enum State {
        TRYING,
        PROCEEDING,
        COMPLETED
    }

    private State state = State.TRYING;

    NonInviteClientMachine(SipTimers timers, boolean reliable) {
        super(timers, reliable);
    }

    @Override
    int start(long nowMs) {
        return beginSending(nowMs);
    }

    @Override
    int handle(TransactionEvent event, long nowMs) {
        if (state == State.COMPLETED) {
            return event == TransactionEvent.WAKE && isToEnd(nowMs) ? END : NOTHING;
        }
        return switch (event) {
            case PROVISIONAL -> {
                state = State.PROCEEDING;
                if (!reliable) {
                    sendAgainIn(timers.t2Ms(), nowMs);
                }
                yield TELL;
            }
            case SUCCESS, FAILURE -> {
                state = State.COMPLETED;
                sendNoMore();
                endIn(timers.t4Ms(), nowMs);
                yield reliable ? TELL | END : TELL;
            }
            case WAKE -> sendAgainOrEnd(TELL_TIMEOUT | END, timers.t2Ms(), nowMs);
            case REQUEST, ACK, CANCELED -> NOTHING;
        };
    }
}
