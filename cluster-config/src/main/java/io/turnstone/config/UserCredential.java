package io.turnstone.config;

/**
 * A long-term credential, {@code NAME:PASSWORD}; the password may hold colons. Immutable, any thread.
 *
 * @param name RFC 8489 §14.3 USERNAME
 * @param password never printed by {@link #toString}
 */
public record UserCredential(String name, Secret password) {
    public UserCredential {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a user needs a name");
        }
    }

    /** @throws IllegalArgumentException when {@code text} is not {@code NAME:PASSWORD} */
    public static UserCredential parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("no colon between name and password");
        }
        return new UserCredential(text.substring(0, colon), new Secret(text.substring(colon + 1)));
    }
}
