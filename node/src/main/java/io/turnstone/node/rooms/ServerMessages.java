package io.turnstone.node.rooms;

import io.turnstone.protocol.json.JsonWriter;
import java.util.List;
import java.util.Locale;

/** What clients are told, apart from what other members say. Any thread. */
final class ServerMessages {
    private ServerMessages() {}

    /**
     * @param present the others
     * @param servers where media may be relayed, for the member alone
     */
    static String joined(String room, Member self, String secret, boolean resumed, List<Member> present,
        IceServers.Offer servers) {
        JsonWriter json = new JsonWriter().object()
            .put("type", "joined")
            .put("room", room)
            .put("id", self.id())
            .put("resume", secret)
            .put("resumed", resumed)
            .array("members");
        for (Member member : present) {
            write(json.element(), member).endObject();
        }
        json.endArray();
        servers.write(json);
        return json.endObject().toString();
    }

    static String memberJoined(Member member) {
        JsonWriter json = new JsonWriter().object().put("type", "member-joined");
        return write(json, member).endObject().toString();
    }

    private static JsonWriter write(JsonWriter json, Member member) {
        return json.put("id", member.id()).put("name", member.name()).put("user", member.user());
    }

    static String memberLeft(Departure departure) {
        return new JsonWriter().object()
            .put("type", "member-left")
            .put("id", departure.id())
            .put("reason", departure.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .endObject()
            .toString();
    }

    static String left() {
        return new JsonWriter().object().put("type", "left").endObject().toString();
    }

    /**
     * @param about the type of the message that was wrong; empty if none was, or none that has one
     * @param to whom it was for; empty if nobody
     */
    static String error(RoomError error, String about, String to) {
        JsonWriter json = new JsonWriter().object()
            .put("type", "error")
            .put("code", error.code())
            .put("text", error.sentence());
        if (!about.isEmpty()) {
            json.put("about", about);
        }
        if (!to.isEmpty()) {
            json.put("to", to);
        }
        return json.endObject().toString();
    }
}
