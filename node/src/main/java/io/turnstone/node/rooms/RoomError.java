package io.turnstone.node.rooms;

/** What may be wrong, as clients are told it. */
public enum RoomError {
    BAD_JSON("bad-json", "a message is one JSON object as text, not nested more than 16 times and with no name twice"),
    BAD_MESSAGE("bad-message", "a member of the message is missing or is not what it should be"),
    UNKNOWN_TYPE("unknown-type", "types are join, leave, offer, answer, candidate and message"),
    TOO_LONG("too-long", "the message is longer than this server takes"),
    TOO_FAST("too-fast", "too many messages in a short time; this one was dropped"),
    NOT_JOINED("not-joined", "join first, and wait for joined"),
    ALREADY_JOINED("already-joined", "this connection is in a room; leave it first, or open another connection"),
    UNAUTHORIZED("unauthorized", "the credential or token is wrong, has expired, or is missing"),
    FORBIDDEN("forbidden", "the credential is for another room or call"),
    ROOM_FULL("room-full", "as many as may be are in the room"),
    TOO_MANY_ROOMS("too-many-rooms", "this user is in as many rooms as may be"),
    MEMBER_GONE("member-gone", "who you were has left the room; join again without resume"),
    NO_SUCH_MEMBER("no-such-member", "nobody in the room has the id in to"),
    UNDELIVERABLE("undeliverable",
        "the message could not be delivered: its receiver is gone, or was away for too long"),
    QUEUE_FULL("queue-full", "too much waits for its receivers; this message was dropped"),
    REPLACED("replaced", "you have come back by another connection; this one ends"),
    UNAVAILABLE("unavailable", "the room does not answer; try again"),
    LATE("late", "nobody joined by this connection in time; it ends");

    private final String code;
    private final String sentence;

    RoomError(String code, String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    /** @throws IllegalArgumentException if there is none */
    public static RoomError ofCode(String code) {
        for (RoomError error : values()) {
            if (error.code.equals(code)) {
                return error;
            }
        }
        throw new IllegalArgumentException("error '" + code + "' of a room is not known here");
    }

    /** What stands in {@code code}; never changes. */
    public String code() {
        return code;
    }

    /** For people. */
    public String sentence() {
        return sentence;
    }
}
