package io.turnstone.node.signaling;

import io.turnstone.node.session.CallCause;
import io.turnstone.node.session.CallCommand;
import io.turnstone.node.session.CallParties;
import io.turnstone.node.session.SessionName;
import io.turnstone.node.session.Sessions;
import io.turnstone.protocol.sip.Judgement;
import io.turnstone.protocol.sip.SipAddress;
import io.turnstone.protocol.sip.SipHeader;
import io.turnstone.protocol.sip.SipMessage;
import io.turnstone.protocol.sip.SipUri;
import io.turnstone.protocol.sip.SipValue;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Tells the sessions of calls what becomes of their requests: at most three messages for a call, and one for each refresh;
 * nobody waits for an answer. Holds the calls whose INVITE this node has sent on ({@link HeldCalls}). One thread, the
 * engine's, but for the notices.
 */
public final class Calls {
    private static final int TEXT_LENGTH_MAX = 256;
    private static final int RINGING_MIN = 180;
    private static final int FAILURE_MIN = 300;
    private static final int NOTICES_PER_TURN = 256;

    private final long node;
    private final Sessions sessions;
    private final HeldCalls held;
    private final ManyToOneConcurrentLinkedQueue<Notice> notices = new ManyToOneConcurrentLinkedQueue<>();
    private final SipAddress to = new SipAddress();
    private final SipValue interval = new SipValue();

    /**
     * Who is told, and when calls are too many or over.
     *
     * @param callsPerUserMax 0 = no limit
     * @param absentMs for which neither side may be registered
     */
    public record Telling(Sessions sessions, int callsPerUserMax, long absentMs) {
        /** Nobody is told, nothing is limited. */
        public static final Telling NOBODY = new Telling(Sessions.NONE, 0, Long.MAX_VALUE);
    }

    private sealed interface Notice {}

    private record Over(String callId) implements Notice {}

    private record NodeLeft() implements Notice {}

    Calls(long node, Telling telling) {
        this.node = node;
        this.sessions = telling.sessions();
        this.held = new HeldCalls(telling);
    }

    /** A call has ended. Any thread. */
    public void onEnded(String callId) {
        notices.add(new Over(callId));
    }

    /** A node is no member any more: what its sessions knew has to be told again. Any thread. */
    public void onNodeLeft() {
        notices.add(new NodeLeft());
    }

    /** Whether the user with that address-of-record may make no call besides those that go on. */
    boolean isFull(String caller) {
        return held.isFull(limited(AddressText.uri(caller)));
    }

    /** How many calls are held. */
    int heldCount() {
        return held.size();
    }

    /** Hears what others say, and tells what is to be told again. Returns how much there was. */
    int turn(Locations locations, long nowMs) {
        int work = 0;
        for (; work < NOTICES_PER_TURN && !notices.isEmpty(); work++) {
            Notice notice = notices.poll();
            if (notice instanceof Over(String callId)) {
                held.remove(callId);
            } else if (notice instanceof NodeLeft) {
                held.tellAgain(nowMs);
            }
        }
        return work + held.turn(locations, nowMs);
    }

    /**
     * A request is sent on.
     *
     * @param names tells whose URI is an address-of-record
     * @param caller address-of-record of the user who was let in with it; empty for the URI of From
     * @return what is to hear the responses
     */
    CallWatch watch(SipMessage request, Judgement judgement, LocalNames names, String caller, long nowMs) {
        boolean inDialog = judgement.to().hasTag();
        String callId = switch (request.method()) {
            case INVITE, BYE, UPDATE -> request.value(request.first(SipHeader.CALL_ID));
            default -> "";
        };
        if (!SessionName.isName(callId) || judgement.from().tag().length() > TEXT_LENGTH_MAX) {
            return CallWatch.NONE;
        }
        SessionName name = SessionName.call(callId);
        return switch (request.method()) {
            case INVITE -> inDialog ? refresh(name, request, judgement) : invite(name, judgement, names, caller, nowMs);
            case BYE -> bye(name, judgement);
            default -> inDialog ? refresh(name, request, judgement) : CallWatch.NONE;
        };
    }

    private CallWatch invite(SessionName name, Judgement judgement, LocalNames names, String caller, long nowMs) {
        SipUri uri = judgement.requestUri();
        String callee = names.isOurs(uri) ? names.addressOfRecord(uri) : "";
        CallParties parties = new CallParties(
            caller.isEmpty() ? text(judgement.from()) : limited(AddressText.uri(caller)),
            callee.isEmpty() ? text(uri) : limited(AddressText.uri(callee)),
            judgement.from().tag());
        CallCommand.Invited invited = new CallCommand.Invited(parties, node, nowMs);
        sessions.tell(name, invited);
        held.add(name.name(), invited, caller, callee);
        return new Invite(name, parties.callerTag());
    }

    private static String text(SipAddress address) {
        return address.decodeUri() ? text(address.uri()) : "";
    }

    /** The URI without parameters. */
    private static String text(SipUri uri) {
        return limited(uri.isSipOrSips() ? AddressText.uri(AddressText.of(uri)) : uri.toString());
    }

    private static String limited(String text) {
        return text.length() > TEXT_LENGTH_MAX ? text.substring(0, TEXT_LENGTH_MAX) : text;
    }

    private CallWatch refresh(SessionName name, SipMessage request, Judgement judgement) {
        String tag = judgement.from().tag();
        String otherTag = judgement.to().tag();
        boolean asked = request.has(SipHeader.SESSION_EXPIRES);
        return (status, response, nowMs) -> {
            if (status >= Responses.OK && status < FAILURE_MIN && response != null
                && (asked || response.has(SipHeader.SESSION_EXPIRES))) {
                sessions.tell(name, new CallCommand.Refreshed(tag, otherTag, nowMs, sessionExpiresS(response)));
            }
        };
    }

    /** RFC 3261 §15.1.1: whatever it is answered, but for a challenge, the call is over. */
    private CallWatch bye(SessionName name, Judgement judgement) {
        String tag = judgement.from().tag();
        String otherTag = judgement.to().tag();
        return (status, _, nowMs) -> {
            if (status >= Responses.OK && status != Responses.UNAUTHORIZED
                && status != Responses.PROXY_AUTHENTICATION_REQUIRED) {
                sessions.tell(name, new CallCommand.Ended(tag, otherTag, CallCause.BYE, nowMs));
            }
        };
    }

    private int sessionExpiresS(@Nullable SipMessage response) {
        if (response == null || !interval.wrap(response, SipHeader.SESSION_EXPIRES)) {
            return 0;
        }
        return Math.clamp(interval.seconds(), 0, Integer.MAX_VALUE);
    }

    /** An INVITE without a To tag, until its final response. */
    private final class Invite implements CallWatch {
        private final SessionName name;
        private final String callerTag;
        private long rangMs;
        private boolean done;

        Invite(SessionName name, String callerTag) {
            this.name = name;
            this.callerTag = callerTag;
        }

        @Override
        public void onResponse(int status, @Nullable SipMessage response, long nowMs) {
            if (done) {
                return;
            }
            done = status >= Responses.OK;
            if (!done) {
                rangMs = rangMs == 0 && status >= RINGING_MIN ? nowMs : rangMs;
            } else if (status < FAILURE_MIN) {
                String calleeTag = response != null && to.to(response) && to.hasTag() ? to.tag() : "";
                CallCommand.Answered answered = new CallCommand.Answered(callerTag, calleeTag, rangMs, nowMs,
                    sessionExpiresS(response));
                sessions.tell(name, answered);
                held.answered(name.name(), answered);
            } else {
                sessions.tell(name, new CallCommand.Failed(callerTag, status, rangMs, nowMs));
                held.remove(name.name());
            }
        }
    }
}
