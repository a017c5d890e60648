package io.turnstone.node.rooms;

import io.turnstone.protocol.json.JsonObject;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a client says. Immutable, any thread. */
sealed interface ClientMessage {
    /** Of a room: what may stand in a path and a log without escapes. */
    Pattern ROOM = Pattern.compile("[A-Za-z0-9._~@+-]{1,128}");
    /** Of a member, in UTF-16 units. */
    int NAME_LENGTH_MAX = 128;

    /**
     * @param proof of who it is
     * @param name how the others are to see it; empty for the user's name
     */
    record Join(String room, String name, Proof proof) implements ClientMessage {}

    record Leave() implements ClientMessage {}

    /**
     * To another member.
     *
     * @param type of the message
     * @param text as it came, without its opening bracket
     */
    record ToMember(String type, String to, String text) implements ClientMessage {
        /** What the receiver gets. */
        String from(String member) {
            return "{\"from\":\"" + member + "\"," + text;
        }
    }

    /**
     * Nothing that can be acted upon.
     *
     * @param type of the message; empty if that cannot be told
     */
    record Wrong(RoomError error, String type) implements ClientMessage {}

    /** How a client proves who it is. */
    sealed interface Proof {
        /** A TURN credential. */
        record Password(String username, String credential) implements Proof {
            @Override
            public String toString() {
                return "Password[" + username + "]";
            }
        }

        /** A bearer token. */
        record Token(String token) implements Proof {
            @Override
            public String toString() {
                return "Token";
            }
        }

        /** What it got when it joined. */
        record Resume(String secret) implements Proof {
            @Override
            public String toString() {
                return "Resume";
            }
        }

        record None() implements Proof {}
    }

    /** @param text of one WebSocket message */
    static ClientMessage read(String text) {
        JsonObject object = JsonObject.parse(text);
        if (object == null) {
            return new Wrong(RoomError.BAD_JSON, "");
        }
        String type = object.text("type");
        if (type == null) {
            return new Wrong(RoomError.BAD_MESSAGE, "");
        }
        return switch (type) {
            case "join" -> join(object);
            case "leave" -> new Leave();
            case "offer", "answer", "candidate", "message" -> toMember(object, type, text);
            default -> new Wrong(RoomError.UNKNOWN_TYPE, "");
        };
    }

    private static ClientMessage join(JsonObject object) {
        String room = object.text("room");
        String name = object.has("name") ? object.text("name") : "";
        Proof proof = proof(object);
        if (room == null || !ROOM.matcher(room).matches() || name == null || !isName(name) || proof == null) {
            return new Wrong(RoomError.BAD_MESSAGE, "join");
        }
        return new Join(room, name, proof);
    }

    private static boolean isName(String name) {
        return name.length() <= NAME_LENGTH_MAX && name.chars().noneMatch(Character::isISOControl);
    }

    /** Null for one that is there and no text. */
    private static @Nullable Proof proof(JsonObject object) {
        String resume = object.text("resume");
        String token = object.text("token");
        String username = object.text("username");
        String credential = object.text("credential");
        if (object.has("resume")) {
            return resume == null ? null : new Proof.Resume(resume);
        }
        if (object.has("token")) {
            return token == null ? null : new Proof.Token(token);
        }
        if (object.has("username") || object.has("credential")) {
            return username == null || credential == null ? null : new Proof.Password(username, credential);
        }
        return new Proof.None();
    }

    /** Who sent it is the server's to say. */
    private static ClientMessage toMember(JsonObject object, String type, String text) {
        String to = object.text("to");
        if (to == null || object.has("from")) {
            return new Wrong(RoomError.BAD_MESSAGE, type);
        }
        return new ToMember(type, to, text.substring(text.indexOf('{') + 1));
    }
}
