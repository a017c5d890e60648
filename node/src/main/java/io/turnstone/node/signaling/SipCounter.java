package io.turnstone.node.signaling;

/** What a {@link SipEngine} counts. The sentence is the counter's meaning. */
public enum SipCounter {
    REQUESTS("a request came in for the first time"),
    REPEATED("a request came in that is known, an ACK to a failure among them"),
    RESPONSES("a response came in for a request that is waited for"),
    MALFORMED("a message was dropped because it can be neither used nor answered"),
    REFUSED("a request was answered with a failure because of what it says"),
    CHALLENGED("a request was answered with 401 or 407"),
    OVERLOADED("a request was answered with 503 because there are too many transactions"),
    REGISTERED("a REGISTER was answered with 200"),
    SENT_ON("a request was sent on to a target"),
    HELD("a dialog's request waited for its other side to register again"),
    AWAITED("a request waited for its callee, who is away for a moment or was woken, to register again"),
    PUSHED("a push notification was asked for (RFC 8599)"),
    PUSH_DROPPED("a push notification was not asked for because too many wait"),
    UNSENT("a target's flow was gone"),
    HANDED_OVER("a response was given to the node that waits for it, or a request to the node that answers it"),
    REROUTED("a response went to a caller who is registered again, since the node that waited for it has died"),
    STRAY_RESPONSE("a response was dropped because nobody waits for it (RFC 6026 §7.3)"),
    STRAY_REQUEST("an ACK or CANCEL was dropped because it leads nowhere");

    private final String meaning;

    SipCounter(String meaning) {
        this.meaning = meaning;
    }

    public String meaning() {
        return meaning;
    }
}
