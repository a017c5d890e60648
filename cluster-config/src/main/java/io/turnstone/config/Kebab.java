package io.turnstone.config;

import java.util.Locale;

/** From the names of Java to the names of settings. */
final class Kebab {
    private Kebab() {}

    /** {@code socketBuffer} and {@code SOCKET_BUFFER} both become {@code socket-buffer}. */
    static String of(String javaName) {
        return javaName.replaceAll("([a-z0-9])([A-Z])", "$1-$2").replace('_', '-').toLowerCase(Locale.ROOT);
    }
}
