package io.turnstone.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Makes {@link Settings}: what {@link #set} was told, over {@link #file} or {@link #text}, over {@code reference.conf}.
 * Used by one thread.
 */
public final class SettingsLoader {
    static final String ROOT = "turnstone";

    private static final String REFERENCE = "reference.conf";
    private static final int DISTANCE_MAX = 4;

    private Config overrides = ConfigFactory.empty();
    private Config written = ConfigFactory.empty();

    /** The defaults of {@code reference.conf}, as a node on this machine would run with. */
    public static Settings defaults() {
        return new SettingsLoader().load();
    }

    /** @throws ConfigurationException when the file cannot be read as HOCON */
    public SettingsLoader file(Path file) {
        if (!Files.isReadable(file)) {
            throw new ConfigurationException("--config", file, "the command line", "a file that can be read");
        }
        try {
            written = ConfigFactory.parseFile(file.toFile()).withFallback(written);
        } catch (ConfigException unreadable) {
            throw new ConfigurationException("--config", "does not read as HOCON: " + unreadable.getMessage());
        }
        return this;
    }

    /** @param hocon as it would stand in a file; may include {@code classpath("local.conf")} */
    public SettingsLoader text(String hocon) {
        written = ConfigFactory.parseString(hocon).withFallback(written);
        return this;
    }

    /**
     * @param key without the leading {@code turnstone.}, such as {@code relay.ports}
     * @param value a text, number, boolean, or a list of them
     */
    public SettingsLoader set(String key, Object value) {
        return set(key, value, "set");
    }

    /** @param source for the error message, such as the flag {@code --relay-ports} */
    public SettingsLoader set(String key, Object value, String source) {
        ConfigValue origin = ConfigValueFactory.fromAnyRef(value, source);
        overrides = overrides.withValue(ROOT + "." + key, origin);
        return this;
    }

    /** @throws ConfigurationException when a key is unknown or a value is not allowed */
    public Settings load() {
        Config manual = ConfigFactory.parseResources(SettingsLoader.class.getClassLoader(), REFERENCE,
            ConfigParseOptions.defaults().setAllowMissing(false)).withOnlyPath(ROOT);
        Config all = resolve(overrides.withFallback(written).withFallback(manual));
        refuseUnknownKeys(all);
        Settings settings = new SettingsBinder(all).bind(Settings.class, ROOT);
        return SettingsRules.check(SettingsDefaults.fill(settings));
    }

    private static Config resolve(Config config) {
        try {
            return config.resolve();
        } catch (ConfigException unresolved) {
            throw new ConfigurationException(ROOT, "cannot be resolved: " + unresolved.getMessage());
        }
    }

    private static void refuseUnknownKeys(Config all) {
        List<String> known = SettingsBinder.keys(Settings.class, ROOT);
        for (Map.Entry<String, ConfigValue> entry : all.entrySet()) {
            String key = entry.getKey().replace("\"", "");
            if (!known.contains(key)) {
                throw new ConfigurationException(key, "(from " + SettingsBinder.source(entry.getValue())
                    + ") is not a setting; did you mean " + nearest(key, known) + "?");
            }
        }
    }

    private static String nearest(String key, List<String> known) {
        TreeSet<String> byDistance = new TreeSet<>(
            Comparator.<String>comparingInt(candidate -> distance(key, candidate))
                .thenComparing(candidate -> candidate));
        byDistance.addAll(known);
        String first = byDistance.first();
        return distance(key, first) <= DISTANCE_MAX ? first : first + ", or another key of " + REFERENCE;
    }

    /** The number of letters to insert, remove or replace to come from {@code from} to {@code to}. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], previous[j]));
            }
            previous = row;
        }
        return previous[to.length()];
    }
}
