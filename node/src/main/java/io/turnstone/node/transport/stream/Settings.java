package io.turnstone.node.transport.stream;

/** Says what is wrong with a setting. */
final class Settings {
    private Settings() {}

    /** @throws IllegalArgumentException unless allowed, in one sentence that names the key, the value and the rule */
    static void check(boolean allowed, String key, Object value, String rule) {
        if (!allowed) {
            throw new IllegalArgumentException("stream " + key + " is " + value + "; allowed is " + rule);
        }
    }
}
