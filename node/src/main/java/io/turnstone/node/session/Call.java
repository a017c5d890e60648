package io.turnstone.node.session;

import io.turnstone.node.session.CallCommand.Answered;
import io.turnstone.node.session.CallCommand.Ended;
import io.turnstone.node.session.CallCommand.Failed;
import io.turnstone.node.session.CallCommand.Invited;
import io.turnstone.node.session.CallCommand.Refreshed;
import io.turnstone.node.session.CallCommand.Restored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One call, from its first INVITE to its record. The SIP engines decide about the call; this machine follows what they
 * tell, and ends it by itself where nobody will. One thread.
 *
 * <pre>
 * VACANT       Invited      -> RINGING
 *              Answered     -> ESTABLISHED  of a call whose beginning is lost; Refreshed likewise
 *              Ended        -> ENDED        likewise; Failed likewise
 *              Restored     -> as it was
 * RINGING      Answered     -> ESTABLISHED
 *              Failed       -> REFUSED      by a status after which the caller may try again (RFC 3261 §8.1.3.5)
 *              Failed       -> ENDED        by another one
 *              Ended        -> ENDED
 *              NodeEnded    -> RINGING      of the last node that had the INVITE: ended in {@link #LOST_AFTER_MS}
 *              Wake         -> ENDED        when that is over
 * REFUSED      Invited      -> RINGING
 *              Wake         -> ENDED        when the caller has not tried again in {@link #AGAIN_WITHIN_MS}
 * ESTABLISHED  Refreshed    -> ESTABLISHED  the session interval begins anew (RFC 4028 §8.1)
 *              Ended        -> ENDED
 *              Wake         -> ENDED        when the session interval has passed
 * ENDED        Wake         -> forgotten    when nobody tells of it any more
 * any          what else is told, or told with tags of another dialog: nothing
 * </pre>
 *
 * <p>Whoever watches calls is shown its beginning and its answer. At the end the call's allocations are counted, its record is written and every node is told, in this order. A Call-ID
 * alone is known to whoever once saw it, so that only a command with the tags of the call's dialog counts.
 */
public final class Call implements SessionMachine {
    /** For which a call stays known that is over: a second BYE may cross the first. */
    static final long LINGER_MS = 32_000;
    /** How long a refused caller may take until it tries again, with a password or a longer session interval. */
    static final long AGAIN_WITHIN_MS = 5_000;
    /** How long a call whose INVITE was lost with a node may still be answered by way of another one. */
    static final long LOST_AFTER_MS = 40_000;

    private static final long MS_PER_SECOND = 1_000;
    private static final List<SessionEffect> NOTHING = List.of();

    private enum Phase {
        VACANT,
        RINGING,
        REFUSED,
        ESTABLISHED,
        ENDED
    }

    private final String callId;
    private CallState state = CallState.NONE;

    Call(String callId) {
        this.callId = callId;
    }

    @Override
    public List<SessionEffect> handle(SessionCommand command, long nowMs) {
        return switch (command) {
            case Invited invited -> invited(invited);
            case Answered answered -> answered(answered, nowMs);
            case Failed failed -> failed(failed, nowMs);
            case Refreshed refreshed -> refreshed(refreshed, nowMs);
            case Ended ended -> ended(ended, nowMs);
            case Restored(CallState before) -> restored(before);
            case SessionCommand.NodeEnded(long node) -> nodeEnded(node, nowMs);
            case SessionCommand.Wake _ -> wake(nowMs);
            case RoomTelling _ -> NOTHING;
            case SessionCommand.Revoked(int allocations) -> List.of(
                new SessionEffect.Write(new CallRecord(callId, state, allocations)),
                new SessionEffect.TellAll(new SessionNotice.CallEnded(callId)));
        };
    }

    @Override
    public Optional<SessionCommand.Telling> state() {
        return phase() == Phase.VACANT ? Optional.empty() : Optional.of(new Restored(state));
    }

    /** What is known of the call now. */
    public CallState known() {
        return state;
    }

    private Phase phase() {
        if (state.outcome().isFinal()) {
            return Phase.ENDED;
        }
        if (state.times().answeredMs() != 0) {
            return Phase.ESTABLISHED;
        }
        if (state.outcome().status() != 0) {
            return Phase.REFUSED;
        }
        return state.isWhole() ? Phase.RINGING : Phase.VACANT;
    }

    private List<SessionEffect> invited(Invited told) {
        if (phase() == Phase.ENDED || isForeign(told.parties().callerTag())) {
            return NOTHING;
        }
        boolean begins = phase() == Phase.VACANT;
        state = state.invited(told.parties(), told.node(), told.atMs());
        if (phase() == Phase.ESTABLISHED) {
            return NOTHING;
        }
        state = state.with(CallOutcome.NONE).until(0);
        return begins ? List.of(new SessionEffect.Show(callId, state)) : NOTHING;
    }

    private List<SessionEffect> answered(Answered told, long nowMs) {
        if (phase() == Phase.ENDED || phase() == Phase.ESTABLISHED || isForeign(told.callerTag())) {
            return NOTHING;
        }
        state = state.withTags(told.callerTag(), told.calleeTag())
            .with(rang(told.rangMs()).answered(told.atMs()))
            .with(new CallOutcome(CallCause.NONE, CallStatus.OK));
        List<SessionEffect> effects = new ArrayList<>(deadline(interval(told.sessionExpiresS(), nowMs)));
        effects.add(new SessionEffect.Show(callId, state));
        return effects;
    }

    private List<SessionEffect> failed(Failed told, long nowMs) {
        if (phase() == Phase.ENDED || phase() == Phase.ESTABLISHED || isForeign(told.callerTag())) {
            return NOTHING;
        }
        state = state.withTags(told.callerTag(), "")
            .with(rang(told.rangMs()).ended(told.atMs()))
            .with(new CallOutcome(CallCause.NONE, told.status()));
        return CallStatus.isTriedAgain(told.status())
            ? deadline(nowMs + AGAIN_WITHIN_MS)
            : end(CallStatus.causeOf(told.status()), told.atMs(), nowMs);
    }

    private CallTimes rang(long atMs) {
        return atMs == 0 ? state.times() : state.times().rang(atMs);
    }

    private List<SessionEffect> refreshed(Refreshed told, long nowMs) {
        if (phase() == Phase.VACANT) {
            state = state.with(state.times().answered(told.atMs()));
        }
        return phase() == Phase.ESTABLISHED && isOfDialog(told.tag(), told.otherTag())
            ? deadline(interval(told.sessionExpiresS(), nowMs))
            : NOTHING;
    }

    private static long interval(int sessionExpiresS, long nowMs) {
        return sessionExpiresS == 0 ? 0 : nowMs + sessionExpiresS * MS_PER_SECOND;
    }

    private List<SessionEffect> ended(Ended told, long nowMs) {
        return phase() != Phase.ENDED && isOfDialog(told.tag(), told.otherTag())
            ? end(told.cause(), told.atMs(), nowMs)
            : NOTHING;
    }

    private List<SessionEffect> restored(CallState before) {
        if (phase() == Phase.VACANT) {
            state = before;
            return deadline(before.deadlineMs());
        }
        state = state.completedBy(before);
        return NOTHING;
    }

    private List<SessionEffect> nodeEnded(long node, long nowMs) {
        boolean lost = phase() == Phase.RINGING && !state.nodes().isEmpty() && state.nodes().getLast() == node;
        return lost ? deadline(nowMs + LOST_AFTER_MS) : NOTHING;
    }

    private List<SessionEffect> wake(long nowMs) {
        if (state.deadlineMs() == 0 || nowMs < state.deadlineMs()) {
            return deadline(state.deadlineMs());
        }
        return switch (phase()) {
            case RINGING -> end(CallCause.NODE_LOST, nowMs, nowMs);
            case REFUSED -> end(CallStatus.causeOf(state.outcome().status()), state.times().endedMs(), nowMs);
            case ESTABLISHED -> end(CallCause.SESSION_TIMER, nowMs, nowMs);
            case VACANT, ENDED -> List.of(new SessionEffect.Stop());
        };
    }

    private List<SessionEffect> end(CallCause cause, long atMs, long nowMs) {
        state = state.with(state.times().ended(atMs)).with(new CallOutcome(cause, state.outcome().status()));
        List<SessionEffect> effects = new ArrayList<>(deadline(nowMs + LINGER_MS));
        effects.add(new SessionEffect.Revoke(callId));
        return effects;
    }

    /** @param atMs 0 = never */
    private List<SessionEffect> deadline(long atMs) {
        state = state.until(atMs);
        return atMs == 0 ? NOTHING : List.of(new SessionEffect.WakeAt(atMs));
    }

    private boolean isForeign(String callerTag) {
        String known = state.parties().callerTag();
        return !known.isEmpty() && !known.equals(callerTag);
    }

    /** Whether these are the tags of the call's own dialog, as far as they are known: a fork may have more of them. */
    private boolean isOfDialog(String tag, String otherTag) {
        return isOurs(tag, otherTag) || isOurs(otherTag, tag);
    }

    private boolean isOurs(String callerTag, String answerTag) {
        return !isForeign(callerTag) && (state.calleeTag().isEmpty() || state.calleeTag().equals(answerTag));
    }
}
