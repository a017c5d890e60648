package io.turnstone.node.signaling;

import io.turnstone.node.session.CallCause;
import io.turnstone.node.session.CallCommand;
import io.turnstone.node.session.CallCommand.Answered;
import io.turnstone.node.session.CallCommand.Invited;
import io.turnstone.node.session.SessionName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls whose INVITE this node has sent on, until they end: they are told again when a session may have been lost with
 * its node, counted by caller, and looked after in case both sides are gone. One thread, the engine's.
 */
final class HeldCalls {
    static final int CALLS_MAX = 100_000;
    static final long LOOK_AFTER_MS = 10_000;
    private static final int CALLS_PER_TURN = 50;
    /**
     * When calls are told again after a node has left: what is told before the shards have a new home, or before this node
     * knows that they have, goes to the old one and is lost.
     */
    private static final long[] TELL_AFTER_MS = {0, 1_000, 5_000};

    private final Calls.Telling telling;
    private final Map<String, Held> byCallId = new HashMap<>();
    private final Map<String, Integer> byCaller = new HashMap<>();
    private final Deque<String> toTell = new ArrayDeque<>();
    private final Deque<String> toLookAt = new ArrayDeque<>();
    private long lookedMs;
    private long leftMs;
    private int timesToldAgain = TELL_AFTER_MS.length;

    private static final class Held {
        private final Invited invited;
        private final Party caller;
        private final Party callee;
        private @Nullable Answered answered;
        private long absentSinceMs;

        Held(Invited invited, String caller, String callee) {
            this.invited = invited;
            this.caller = new Party(caller);
            this.callee = new Party(callee);
        }
    }

    /** One side of a call. Whoever was never registered, such as a number of the upstream, is not missed either. */
    private static final class Party {
        private final String addressOfRecord;
        private boolean seen;
        private boolean present;

        Party(String addressOfRecord) {
            this.addressOfRecord = addressOfRecord;
        }

        boolean isGone() {
            return seen && !present;
        }

        void look(Locations locations) {
            if (!addressOfRecord.isEmpty()) {
                locations.lookUp(new LocationQuery.OfAddress(addressOfRecord), (found, _) -> {
                    present = !found.isEmpty();
                    seen |= present;
                });
            }
        }
    }

    HeldCalls(Calls.Telling telling) {
        this.telling = telling;
    }

    int size() {
        return byCallId.size();
    }

    boolean isFull(String caller) {
        return telling.callsPerUserMax() > 0 && byCaller.getOrDefault(caller, 0) >= telling.callsPerUserMax();
    }

    /**
     * A second INVITE of a Call-ID does not take the place of the first, and what is too much is not held.
     *
     * @param caller address-of-record, empty if it has none here; {@code callee} likewise
     */
    void add(String callId, Invited invited, String caller, String callee) {
        if (byCallId.size() < CALLS_MAX && byCallId.putIfAbsent(callId, new Held(invited, caller, callee)) == null) {
            byCaller.merge(invited.parties().caller(), 1, Integer::sum);
        }
    }

    void answered(String callId, Answered answered) {
        Held call = byCallId.get(callId);
        if (call != null && call.invited.parties().callerTag().equals(answered.callerTag())) {
            call.answered = answered;
        }
    }

    void remove(String callId) {
        Held call = byCallId.remove(callId);
        if (call != null) {
            byCaller.computeIfPresent(
                call.invited.parties().caller(), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /** A node has left: all that was told is to be told again, a little in each turn. */
    void tellAgain(long nowMs) {
        leftMs = nowMs;
        timesToldAgain = 0;
        toTell.clear();
    }

    int turn(Locations locations, long nowMs) {
        if (timesToldAgain < TELL_AFTER_MS.length && toTell.isEmpty()
            && nowMs - leftMs >= TELL_AFTER_MS[timesToldAgain]) {
            timesToldAgain++;
            toTell.addAll(byCallId.keySet());
        }
        int work = 0;
        for (; work < CALLS_PER_TURN && !toTell.isEmpty(); work++) {
            tell(toTell.remove());
        }
        if (nowMs - lookedMs >= LOOK_AFTER_MS && toLookAt.isEmpty()) {
            lookedMs = nowMs;
            toLookAt.addAll(byCallId.keySet());
        }
        for (int i = 0; i < CALLS_PER_TURN && !toLookAt.isEmpty(); i++) {
            look(toLookAt.remove(), locations, nowMs);
        }
        return work;
    }

    private void tell(String callId) {
        Held call = byCallId.get(callId);
        if (call != null) {
            tell(callId, call.invited);
            if (call.answered != null) {
                tell(callId, call.answered);
            }
        }
    }

    private void tell(String callId, CallCommand command) {
        telling.sessions().tell(SessionName.call(callId), command);
    }

    /** Judges by what the last look has found, and looks again. */
    private void look(String callId, Locations locations, long nowMs) {
        Held call = byCallId.get(callId);
        Answered answered = call == null ? null : call.answered;
        if (call == null || answered == null) {
            return;
        }
        if (!call.caller.isGone() || !call.callee.isGone()) {
            call.absentSinceMs = nowMs;
        } else if (nowMs - call.absentSinceMs >= telling.absentMs()) {
            call.absentSinceMs = nowMs;
            tell(callId,
                new CallCommand.Ended(answered.callerTag(), answered.calleeTag(), CallCause.ABSENT, nowMs));
        }
        call.caller.look(locations);
        call.callee.look(locations);
    }
}
