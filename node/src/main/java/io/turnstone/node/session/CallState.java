package io.turnstone.node.session;

import java.util.ArrayList;
import java.util.List;

/**
 * All that a {@link Call} knows. Immutable, any thread.
 *
 * @param calleeTag the To tag of the answer that won; empty before
 * @param nodes that have told of its INVITE, by incarnation
 * @param outcome of its INVITE and of itself
 * @param deadlineMs epoch milliseconds when it ends by itself, 0 = never
 */
public record CallState(CallParties parties, String calleeTag, List<Long> nodes, CallTimes times, CallOutcome outcome,
    long deadlineMs) {
    /** Of a call that nothing is known of. */
    public static final CallState NONE = new CallState(CallParties.UNKNOWN, "", List.of(), CallTimes.NONE,
        CallOutcome.NONE, 0);

    public CallState {
        nodes = List.copyOf(nodes);
    }

    /** Whether its beginning was told of: else it was lost with the nodes that knew it. */
    public boolean isWhole() {
        return times.invitedMs() != 0;
    }

    CallState invited(CallParties asked, long node, long atMs) {
        List<Long> known = new ArrayList<>(nodes);
        if (!known.contains(node)) {
            known.add(node);
        }
        return new CallState(asked, calleeTag, known, times.invited(atMs), outcome, deadlineMs);
    }

    CallState with(CallTimes changed) {
        return new CallState(parties, calleeTag, nodes, changed, outcome, deadlineMs);
    }

    CallState with(CallOutcome changed) {
        return new CallState(parties, calleeTag, nodes, times, changed, deadlineMs);
    }

    /** Knows the dialog's tags, of a call whose INVITE may not have been told of. */
    CallState withTags(String callerTag, String answerTag) {
        CallParties known = parties.callerTag().isEmpty()
            ? new CallParties(parties.caller(), parties.callee(), callerTag)
            : parties;
        return new CallState(known, calleeTag.isEmpty() ? answerTag : calleeTag, nodes, times, outcome, deadlineMs);
    }

    CallState until(long changedMs) {
        return new CallState(parties, calleeTag, nodes, times, outcome, changedMs);
    }

    /** Learns how the call began from one who knew it before this one did. */
    CallState completedBy(CallState before) {
        if (isWhole()) {
            return this;
        }
        CallTimes earlier = before.times;
        CallTimes joined = new CallTimes(earlier.invitedMs(), earlier.rangMs(),
            earlier.answeredMs() == 0 ? times.answeredMs() : earlier.answeredMs(), times.endedMs());
        return new CallState(before.parties, calleeTag.isEmpty() ? before.calleeTag : calleeTag, before.nodes, joined,
            outcome, deadlineMs);
    }
}
