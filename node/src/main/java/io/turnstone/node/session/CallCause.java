package io.turnstone.node.session;

/** Why a call has ended. The names are in call records; the numbers are on the wire and never change. */
public enum CallCause {
    /** It has not. */
    NONE(0, "none", "has not ended"),
    BYE(1, "bye", "ended by BYE"),
    SESSION_TIMER(2, "session timer", "not refreshed within the session interval (RFC 4028)"),
    ABSENT(3, "absent", "neither side was registered for too long"),
    CANCELED(4, "canceled", "canceled by the caller before it was answered"),
    FAILED(5, "failed", "answered by a failure"),
    NODE_LOST(6, "node lost", "not answered when the node died that had its INVITE");

    private final int number;
    private final String text;
    private final String meaning;

    CallCause(int number, String text, String meaning) {
        this.number = number;
        this.text = text;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    public String text() {
        return text;
    }

    /** How a call ends that has this cause, after "Calls ". */
    public String meaning() {
        return meaning;
    }

    /** @throws IllegalArgumentException if no cause has that number */
    public static CallCause ofNumber(int number) {
        for (CallCause cause : values()) {
            if (cause.number == number) {
                return cause;
            }
        }
        throw new IllegalArgumentException("cause " + number + " of the end of a call is not known here");
    }
}
