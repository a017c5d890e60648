package io.turnstone.config;

/** A setting that cannot be used; the message is one line that names the key, the value and what is allowed. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * @param key the full name of the setting, such as {@code turnstone.relay.ports}
     * @param value what was written, with secrets already hidden
     * @param source where it was written, such as {@code --relay-ports} or a file and line
     * @param allowed what may stand there
     */
    public ConfigurationException(String key, Object value, String source, String allowed) {
        super(oneLine(key + " = \"" + value + "\" (from " + source + ") is not valid; allowed: " + allowed));
        this.key = key;
    }

    ConfigurationException(String key, String sentence) {
        super(oneLine(key + " " + sentence));
        this.key = key;
    }

    public String key() {
        return key;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
