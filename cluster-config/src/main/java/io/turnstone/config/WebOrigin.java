package io.turnstone.config;

import java.util.regex.Pattern;

/** The origin of a web page (RFC 6454 §6.2), such as {@code https://phone.example.com}. Immutable, any thread. */
public record WebOrigin(String text) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/\\s]+");

    /** @throws IllegalArgumentException when {@code text} is no origin, or has a path */
    public WebOrigin {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not SCHEME://HOST[:PORT]");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
