package io.turnstone.node.operations;

import java.util.List;

/** Writes one JSON text (RFC 8259) from its start to its end; commas are its business. One thread. */
final class Json {
    private static final int CONTROL_CHARACTERS = 0x20;

    private final StringBuilder text = new StringBuilder();
    private boolean first = true;

    Json object() {
        return open('{');
    }

    Json endObject() {
        return close('}');
    }

    Json array(String name) {
        return name(name).open('[');
    }

    Json endArray() {
        return close(']');
    }

    /** An object that is an element of the open array. */
    Json element() {
        separate();
        first = true;
        return open('{');
    }

    Json put(String name, String value) {
        name(name).quote(value);
        return this;
    }

    Json put(String name, long value) {
        name(name).text.append(value);
        return this;
    }

    Json put(String name, boolean value) {
        name(name).text.append(value);
        return this;
    }

    Json putNull(String name) {
        name(name).text.append("null");
        return this;
    }

    Json put(String name, List<String> values) {
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

    private Json name(String name) {
        separate();
        quote(name);
        text.append(':');
        return this;
    }

    private Json open(char bracket) {
        text.append(bracket);
        first = true;
        return this;
    }

    private Json close(char bracket) {
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
