package io.turnstone.node.doors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fields of a form ({@code application/x-www-form-urlencoded}). */
final class FormFields {
    private static final Pattern AMPERSAND = Pattern.compile("&");

    private FormFields() {}

    /** The first value of each name; what cannot be decoded is left out. */
    static Map<String, String> of(String body) {
        Map<String, String> fields = new HashMap<>();
        AMPERSAND.splitAsStream(body).forEach(field -> {
            int equals = field.indexOf('=');
            String name = equals < 0 ? null : decoded(field.substring(0, equals));
            String value = decoded(field.substring(equals + 1));
            if (name != null && value != null) {
                fields.putIfAbsent(name, value);
            }
        });
        return fields;
    }

    private static @Nullable String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return null;
        }
    }
}
