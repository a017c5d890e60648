package io.turnstone.node.session;

import java.util.Optional;

/**
 * The key of a session: {@code call/} and the Call-ID, or {@code room/} and the room's name. The text is the name of the sharded entity and part of the wire.
 * Immutable, any thread.
 *
 * @param name 1 to {@link #NAME_LENGTH_MAX} characters, unique within the kind
 */
public record SessionName(Kind kind, String name) {
    public static final int NAME_LENGTH_MAX = 256;

    /** Which machine a session has. */
    public enum Kind {
        /** A call (RFC 3261 §8.1.1.4), by its Call-ID. */
        CALL("call/"),
        /** A room, by what its members call it. */
        ROOM("room/");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /** @throws IllegalArgumentException if {@link #isName} says no */
    public SessionName {
        if (!isName(name)) {
            throw new IllegalArgumentException("no name of a session: '" + name + "'");
        }
    }

    /** Whether a session may be called that. */
    public static boolean isName(String name) {
        return !name.isEmpty() && name.length() <= NAME_LENGTH_MAX;
    }

    /** @throws IllegalArgumentException if {@link #isName} says no */
    public static SessionName call(String callId) {
        return new SessionName(Kind.CALL, callId);
    }

    /** @throws IllegalArgumentException if {@link #isName} says no */
    public static SessionName room(String room) {
        return new SessionName(Kind.ROOM, room);
    }

    /** Empty if the text begins like no kind that is known here, or the name is none. */
    public static Optional<SessionName> parse(String text) {
        for (Kind kind : Kind.values()) {
            if (text.startsWith(kind.prefix) && isName(text.substring(kind.prefix.length()))) {
                return Optional.of(new SessionName(kind, text.substring(kind.prefix.length())));
            }
        }
        return Optional.empty();
    }

    public String text() {
        return kind.prefix + name;
    }
}
