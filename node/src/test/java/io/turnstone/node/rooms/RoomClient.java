package io.turnstone.node.rooms;

import io.turnstone.protocol.json.JsonObject;
import io.turnstone.protocol.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One connection of a client to a {@link RoomNetwork}. */
final class RoomClient {
    private final RoomNetwork network;
    private final long node;
    private final long connection;
    private final List<String> received = new ArrayList<>();
    private boolean open = true;

    RoomClient(RoomNetwork network, long node, long connection) {
        this.network = network;
        this.node = node;
        this.connection = connection;
    }

    boolean receive(String text) {
        received.add(text);
        return open;
    }

    void ended() {
        open = false;
    }

    boolean isOpen() {
        return open;
    }

    long node() {
        return node;
    }

    void say(String text) {
        network.say(node, connection, text);
    }

    /** By a user's own password. */
    RoomClient join(String room, String user) {
        say("{\"type\":\"join\",\"room\":\"" + room + "\",\"username\":\"" + user + "\",\"credential\":\"" + user
            + "'s\"}");
        return this;
    }

    RoomClient resume(String room, String secret) {
        say("{\"type\":\"join\",\"room\":\"" + room + "\",\"resume\":\"" + secret + "\"}");
        return this;
    }

    void tell(RoomClient other, String text) {
        tell(other.id(), text);
    }

    void tell(String id, String text) {
        say(new JsonWriter().object().put("type", "message").put("to", id).put("text", text).endObject().toString());
    }

    void leave() {
        say("{\"type\":\"leave\"}");
    }

    /** Ends the connection as a page does that is done. */
    void close() {
        open = false;
        network.end(node, connection, true);
    }

    /** Ends it as a lost network does. */
    void breakOff() {
        open = false;
        network.end(node, connection, false);
    }

    List<JsonObject> all(String type) {
        return received.stream()
            .map(text -> Objects.requireNonNull(JsonObject.parse(text), text))
            .filter(message -> type.equals(message.text("type")))
            .toList();
    }

    JsonObject last(String type) {
        List<JsonObject> all = all(type);
        if (all.isEmpty()) {
            throw new AssertionError("no " + type + " among " + received);
        }
        return all.getLast();
    }

    private String joined(String name) {
        return Objects.requireNonNull(last("joined").text(name));
    }

    String id() {
        return joined("id");
    }

    String secret() {
        return joined("resume");
    }

    /** Texts of messages, in their order. */
    List<String> texts() {
        return all("message").stream().map(message -> Objects.requireNonNull(message.text("text"))).toList();
    }

    List<String> errors() {
        return all("error").stream().map(message -> Objects.requireNonNull(message.text("code"))).toList();
    }

    List<String> raw() {
        return List.copyOf(received);
    }
}
