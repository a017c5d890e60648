package io.turnstone.protocol.json;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A JSON object that was read, by its members' names. Immutable, any thread. */
public final class JsonObject {
    private final Map<String, Object> members;

    JsonObject(Map<String, Object> members) {
        this.members = members;
    }

    /**
     * Reads one object and nothing after it (RFC 8259 §2). Stricter than the RFC where readers differ: no name twice, no
     * half of a surrogate pair, no more than 16 objects and arrays in each other.
     *
     * @return null if it is none
     */
    public static @Nullable JsonObject parse(String text) {
        return JsonReader.read(text);
    }

    /** Whether there is a member of that name, null too. */
    public boolean has(String name) {
        return members.containsKey(name);
    }

    /** The text that the member is, or null. */
    public @Nullable String text(String name) {
        return members.get(name) instanceof String text ? text : null;
    }

    /** The number that the member is, or empty. */
    public OptionalDouble number(String name) {
        return members.get(name) instanceof Double number ? OptionalDouble.of(number) : OptionalDouble.empty();
    }

    /** The text that the member is, or the texts that are its elements; other elements are left out. */
    public List<String> texts(String name) {
        return switch (members.get(name)) {
            case String text -> List.of(text);
            case List<?> elements -> elements.stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .toList();
            case null, default -> List.of();
        };
    }

    /** The objects that are the member's elements; other elements are left out. */
    public List<JsonObject> objects(String name) {
        return members.get(name) instanceof List<?> elements
            ? elements.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast).toList()
            : List.of();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonObject object && members.equals(object.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    @Override
    public String toString() {
        return members.toString();
    }
}
