package io.turnstone.node.cluster;

import io.turnstone.node.session.CallCause;
import io.turnstone.node.session.CallCommand;
import io.turnstone.node.session.CallCommand.Answered;
import io.turnstone.node.session.CallCommand.Ended;
import io.turnstone.node.session.CallCommand.Failed;
import io.turnstone.node.session.CallCommand.Invited;
import io.turnstone.node.session.CallCommand.Refreshed;
import io.turnstone.node.session.CallCommand.Restored;
import io.turnstone.node.session.CallOutcome;
import io.turnstone.node.session.CallParties;
import io.turnstone.node.session.CallState;
import io.turnstone.node.session.CallTimes;
import io.turnstone.protocol.wire.CallAnswered;
import io.turnstone.protocol.wire.CallFailed;
import io.turnstone.protocol.wire.CallFinished;
import io.turnstone.protocol.wire.CallInvited;
import io.turnstone.protocol.wire.CallPeople;
import io.turnstone.protocol.wire.CallRefreshed;
import io.turnstone.protocol.wire.CallSnapshot;
import io.turnstone.protocol.wire.CallTelling;

/** Maps a {@link CallCommand} onto {@code session.proto} and back. Stateless, any thread. */
final class CallTellings {
    private CallTellings() {}

    static CallTelling encode(CallCommand command) {
        CallTelling.Builder wire = CallTelling.newBuilder();
        switch (command) {
            case Invited invited -> wire.setInvited(
                CallInvited.newBuilder()
                    .setPeople(encode(invited.parties()))
                    .setNode(invited.node())
                    .setAtMs(invited.atMs()));
            case Answered answered -> wire.setAnswered(
                CallAnswered.newBuilder()
                    .setCallerTag(answered.callerTag())
                    .setCalleeTag(answered.calleeTag())
                    .setRangMs(answered.rangMs())
                    .setAtMs(answered.atMs())
                    .setSessionExpiresS(answered.sessionExpiresS()));
            case Failed failed -> wire.setFailed(
                CallFailed.newBuilder()
                    .setCallerTag(failed.callerTag())
                    .setStatus(failed.status())
                    .setRangMs(failed.rangMs())
                    .setAtMs(failed.atMs()));
            case Refreshed refreshed -> wire.setRefreshed(
                CallRefreshed.newBuilder()
                    .setTag(refreshed.tag())
                    .setOtherTag(refreshed.otherTag())
                    .setAtMs(refreshed.atMs())
                    .setSessionExpiresS(refreshed.sessionExpiresS()));
            case Ended ended -> wire.setFinished(
                CallFinished.newBuilder()
                    .setTag(ended.tag())
                    .setOtherTag(ended.otherTag())
                    .setCause(ended.cause().number())
                    .setAtMs(ended.atMs()));
            case Restored(CallState state) -> wire.setRestored(encode(state));
        }
        return wire.build();
    }

    private static CallPeople encode(CallParties parties) {
        return CallPeople.newBuilder()
            .setCaller(parties.caller())
            .setCallee(parties.callee())
            .setCallerTag(parties.callerTag())
            .build();
    }

    private static CallSnapshot encode(CallState state) {
        return CallSnapshot.newBuilder()
            .setPeople(encode(state.parties()))
            .setCalleeTag(state.calleeTag())
            .addAllNodes(state.nodes())
            .setInvitedMs(state.times().invitedMs())
            .setRangMs(state.times().rangMs())
            .setAnsweredMs(state.times().answeredMs())
            .setEndedMs(state.times().endedMs())
            .setCause(state.outcome().cause().number())
            .setStatus(state.outcome().status())
            .setDeadlineMs(state.deadlineMs())
            .build();
    }

    /** @throws IllegalArgumentException if a value is none that this version knows */
    static CallCommand decode(CallTelling wire) {
        return switch (wire.getTellingCase()) {
            case INVITED -> new Invited(decode(wire.getInvited().getPeople()), wire.getInvited().getNode(),
                wire.getInvited().getAtMs());
            case ANSWERED -> decode(wire.getAnswered());
            case FAILED -> new Failed(wire.getFailed().getCallerTag(), wire.getFailed().getStatus(),
                wire.getFailed().getRangMs(), wire.getFailed().getAtMs());
            case REFRESHED -> new Refreshed(wire.getRefreshed().getTag(), wire.getRefreshed().getOtherTag(),
                wire.getRefreshed().getAtMs(), interval(wire.getRefreshed().getSessionExpiresS()));
            case FINISHED -> new Ended(wire.getFinished().getTag(), wire.getFinished().getOtherTag(),
                CallCause.ofNumber(wire.getFinished().getCause()), wire.getFinished().getAtMs());
            case RESTORED -> new Restored(decode(wire.getRestored()));
            case TELLING_NOT_SET -> throw new IllegalArgumentException("a telling of a kind that is not known here");
        };
    }

    private static CallParties decode(CallPeople wire) {
        return new CallParties(wire.getCaller(), wire.getCallee(), wire.getCallerTag());
    }

    private static Answered decode(CallAnswered wire) {
        return new Answered(wire.getCallerTag(), wire.getCalleeTag(), wire.getRangMs(), wire.getAtMs(),
            interval(wire.getSessionExpiresS()));
    }

    private static int interval(int seconds) {
        if (seconds < 0) {
            throw new IllegalArgumentException("a session interval of " + Integer.toUnsignedString(seconds) + " s");
        }
        return seconds;
    }

    private static CallState decode(CallSnapshot wire) {
        return new CallState(
            decode(wire.getPeople()),
            wire.getCalleeTag(),
            wire.getNodesList(),
            new CallTimes(wire.getInvitedMs(), wire.getRangMs(), wire.getAnsweredMs(), wire.getEndedMs()),
            new CallOutcome(CallCause.ofNumber(wire.getCause()), wire.getStatus()),
            wire.getDeadlineMs());
    }
}
