package io.turnstone.config;

/**
 * A text that must not reach a log or an error message: {@link #toString} hides it. Immutable, any thread.
 *
 * @param value the text itself, never empty
 */
public record Secret(String value) {
    static final String HIDDEN = "(hidden)";

    public Secret {
        if (value.isBlank()) {
            throw new IllegalArgumentException("a secret cannot be blank");
        }
    }

    @Override
    public String toString() {
        return HIDDEN;
    }
}
