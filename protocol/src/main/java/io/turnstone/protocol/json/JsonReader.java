package io.turnstone.protocol.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one JSON text (RFC 8259) from its start to its end. One thread, one use. */
final class JsonReader {
    private static final int DEPTH_MAX = 16;
    private static final int HEX_DIGITS = 4;
    private static final int HEX_RADIX = 16;
    /** §6. What a double cannot hold is infinite, and no time or count. */
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?");
    private static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private final String text;
    private int position;

    /** The text is not JSON; never leaves this class. */
    private static final class MalformedException extends RuntimeException {
        MalformedException() {
            super("malformed", null, false, false);
        }
    }

    private JsonReader(String text) {
        this.text = text;
    }

    static @Nullable JsonObject read(String text) {
        JsonReader reader = new JsonReader(text);
        try {
            reader.skipBlanks();
            JsonObject object = reader.object(0);
            reader.skipBlanks();
            return reader.position == text.length() ? object : null;
        } catch (MalformedException malformed) {
            return null;
        }
    }

    private Object value(int depth) {
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", NULL);
            default -> number();
        };
    }

    private JsonObject object(int depth) {
        open('{', depth);
        Map<String, Object> members = new HashMap<>();
        if (closes('}')) {
            return new JsonObject(members);
        }
        do {
            skipBlanks();
            String name = string();
            skipBlanks();
            expect(':');
            skipBlanks();
            if (members.put(name, value(depth + 1)) != null) {
                throw new MalformedException();
            }
        } while (goesOn('}'));
        return new JsonObject(Collections.unmodifiableMap(members));
    }

    private List<Object> array(int depth) {
        open('[', depth);
        List<Object> elements = new ArrayList<>();
        if (closes(']')) {
            return elements;
        }
        do {
            skipBlanks();
            elements.add(value(depth + 1));
        } while (goesOn(']'));
        return Collections.unmodifiableList(elements);
    }

    private void open(char bracket, int depth) {
        expect(bracket);
        if (depth >= DEPTH_MAX) {
            throw new MalformedException();
        }
    }

    /** Whether nothing stands between the brackets. */
    private boolean closes(char bracket) {
        skipBlanks();
        if (peek() != bracket) {
            return false;
        }
        position++;
        return true;
    }

    /** Whether a comma follows and not the closing bracket. */
    private boolean goesOn(char bracket) {
        skipBlanks();
        char next = peek();
        position++;
        if (next != ',' && next != bracket) {
            throw new MalformedException();
        }
        return next == ',';
    }

    private Object literal(String name, Object value) {
        if (!text.startsWith(name, position)) {
            throw new MalformedException();
        }
        position += name.length();
        return value;
    }

    private Double number() {
        Matcher matcher = NUMBER.matcher(text).region(position, text.length());
        if (!matcher.lookingAt()) {
            throw new MalformedException();
        }
        position = matcher.end();
        return Double.valueOf(matcher.group());
    }

    /** §7. */
    private String string() {
        expect('"');
        StringBuilder string = new StringBuilder();
        while (true) {
            char unit = peek();
            position++;
            switch (unit) {
                case '"' -> {
                    return checked(string.toString());
                }
                case '\\' -> string.append(escaped());
                default -> {
                    if (unit < ' ') {
                        throw new MalformedException();
                    }
                    string.append(unit);
                }
            }
        }
    }

    private char escaped() {
        char unit = peek();
        position++;
        return switch (unit) {
            case '"', '\\', '/' -> unit;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw new MalformedException();
        };
    }

    private char hexadecimal() {
        int unit = 0;
        for (int i = 0; i < HEX_DIGITS; i++) {
            int digit = peek() < 128 ? Character.digit(peek(), HEX_RADIX) : -1;
            if (digit < 0) {
                throw new MalformedException();
            }
            unit = unit * HEX_RADIX + digit;
            position++;
        }
        return (char) unit;
    }

    /** Half of a surrogate pair has no UTF-8, so two names with different halves would look the same elsewhere. */
    private static String checked(String string) {
        boolean whole = string.codePoints().noneMatch(point -> Character.getType(point) == Character.SURROGATE);
        if (!whole) {
            throw new MalformedException();
        }
        return string;
    }

    private void skipBlanks() {
        while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
    }

    private void expect(char unit) {
        if (peek() != unit) {
            throw new MalformedException();
        }
        position++;
    }

    private char peek() {
        if (position >= text.length()) {
            throw new MalformedException();
        }
        return text.charAt(position);
    }
}
