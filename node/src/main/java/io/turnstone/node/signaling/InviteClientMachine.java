package io.turnstone.node.signaling;

import static io.turnstone.node.signaling.TransactionAction.ACKNOWLEDGE;
import static io.turnstone.node.signaling.TransactionAction.END;
import static io.turnstone.node.signaling.TransactionAction.NOTHING;
import static io.turnstone.node.signaling.TransactionAction.TELL;
import static io.turnstone.node.signaling.TransactionAction.TELL_EXPIRED;
import static io.turnstone.node.signaling.TransactionAction.TELL_TIMEOUT;

/**
 * INVITE client transaction (RFC 3261 §17.1.1 as corrected by RFC 6026 §7.2, with Timer C of §16.8 and the wait of §9.1).
 * One thread.
 *
 * <pre>
 * CALLING     start         -> CALLING     sent; again after Timer A on an unreliable transport
 *             WAKE          -> ENDED       after Timer B: timed out
 *             PROVISIONAL   -> PROCEEDING  told
 * PROCEEDING  PROVISIONAL   -> PROCEEDING  told; Timer C begins anew
 *             WAKE          -> PROCEEDING  after Timer C: told that it expired
 *             CANCELED      -> CANCELED
 * CANCELED    WAKE          -> ENDED       64 times T1 after the CANCEL: timed out
 * these three SUCCESS       -> ACCEPTED    told
 *             FAILURE       -> COMPLETED   acknowledged, told
 * ACCEPTED    SUCCESS       -> ACCEPTED    told: each 2xx that a fork gives
 *             WAKE          -> ENDED       after Timer M
 * COMPLETED   FAILURE       -> COMPLETED   acknowledged
 *             WAKE          -> ENDED       after Timer D; at once on a reliable transport
 * </pre>
 */
final class InviteClientMachine extends TransactionMachine {
    private enum State {
        CALLING,
        PROCEEDING,
        CANCELED,
        ACCEPTED,
        COMPLETED
    }

    private State state = State.CALLING;

    InviteClientMachine(SipTimers timers, boolean reliable) {
        super(timers, reliable);
    }

    @Override
    int start(long nowMs) {
        return beginSending(nowMs);
    }

    @Override
    int handle(TransactionEvent event, long nowMs) {
        return switch (state) {
            case CALLING -> whileCalling(event, nowMs);
            case PROCEEDING, CANCELED -> whileProceeding(event, nowMs);
            case ACCEPTED -> whileAccepted(event, nowMs);
            case COMPLETED -> whileCompleted(event, nowMs);
        };
    }

    private int whileCalling(TransactionEvent event, long nowMs) {
        return switch (event) {
            case PROVISIONAL -> {
                state = State.PROCEEDING;
                sendNoMore();
                endIn(timers.timerCMs(), nowMs);
                yield TELL;
            }
            case SUCCESS, FAILURE -> complete(event, nowMs);
            case WAKE -> sendAgainOrEnd(TELL_TIMEOUT | END, timers.timeoutMs(), nowMs);
            case REQUEST, ACK, CANCELED -> NOTHING;
        };
    }

    private int whileProceeding(TransactionEvent event, long nowMs) {
        return switch (event) {
            case PROVISIONAL -> {
                if (state == State.PROCEEDING) {
                    endIn(timers.timerCMs(), nowMs);
                }
                yield TELL;
            }
            case SUCCESS, FAILURE -> complete(event, nowMs);
            case CANCELED -> {
                state = State.CANCELED;
                endIn(timers.timeoutMs(), nowMs);
                yield NOTHING;
            }
            case WAKE -> expire(nowMs);
            case REQUEST, ACK -> NOTHING;
        };
    }

    private int expire(long nowMs) {
        if (!isToEnd(nowMs)) {
            return NOTHING;
        }
        if (state == State.CANCELED) {
            return TELL_TIMEOUT | END;
        }
        endNever();
        return TELL_EXPIRED;
    }

    private int complete(TransactionEvent event, long nowMs) {
        sendNoMore();
        if (event == TransactionEvent.SUCCESS) {
            state = State.ACCEPTED;
            endIn(timers.timeoutMs(), nowMs);
            return TELL;
        }
        state = State.COMPLETED;
        endIn(timers.timeoutMs(), nowMs);
        return reliable ? ACKNOWLEDGE | TELL | END : ACKNOWLEDGE | TELL;
    }

    private int whileAccepted(TransactionEvent event, long nowMs) {
        return switch (event) {
            case SUCCESS -> TELL;
            case WAKE -> isToEnd(nowMs) ? END : NOTHING;
            case REQUEST, ACK, PROVISIONAL, FAILURE, CANCELED -> NOTHING;
        };
    }

    private int whileCompleted(TransactionEvent event, long nowMs) {
        return switch (event) {
            case FAILURE -> ACKNOWLEDGE;
            case WAKE -> isToEnd(nowMs) ? END : NOTHING;
            case REQUEST, ACK, PROVISIONAL, SUCCESS, CANCELED -> NOTHING;
        };
    }
}
