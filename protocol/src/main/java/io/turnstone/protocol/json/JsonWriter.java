package io.turnstone.protocol.json;

import java.util.List;

/** Writes one JSON text (RFC 8259) from its start to its end; commas are its business. One thread. */
public final class JsonWriter {
    private static final int CONTROL_CHARACTERS = 0x20;

    private final StringBuilder text = new StringBuilder();
    private boolean first = true;

    public JsonWriter object() {
        return open('{');
    }

    /** An object that is a member of the open one. */
    public JsonWriter object(String name) {
        return name(name).open('{');
    }

    public JsonWriter endObject() {
        return close('}');
    }

    public JsonWriter array(String name) {
        return name(name).open('[');
    }

    public JsonWriter endArray() {
        return close(']');
    }

    /** An object that is an element of the open array. */
    public JsonWriter element() {
        separate();
        first = true;
        return open('{');
    }

    public JsonWriter put(String name, String value) {
        name(name).quote(value);
        return this;
    }

    public JsonWriter put(String name, long value) {
        name(name).text.append(value);
        return this;
    }

    public JsonWriter put(String name, boolean value) {
        name(name).text.append(value);
        return this;
    }

    public JsonWriter putNull(String name) {
        name(name).text.append("null");
        return this;
    }

    public JsonWriter put(String name, List<String> values) {
        array(name);
        for (String value : values) {
            separate();
            quote(value);
        }
        return endArray();
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private JsonWriter name(String name) {
        separate();
        quote(name);
        text.append(':');
        return this;
    }

    private JsonWriter open(char bracket) {
        text.append(bracket);
        first = true;
        return this;
    }

    private JsonWriter close(char bracket) {
        text.append(bracket);
        first = false;
        return this;
    }

    private void separate() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character == '"' || character == '\\') {
                text.append('\\').append(character);
            } else if (character < CONTROL_CHARACTERS) {
                text.append(String.format("\\u%04x", (int) character));
            } else {
                text.append(character);
            }
        }
        text.append('"');
    }
}
