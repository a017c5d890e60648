package io.turnstone.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** The chart of this repository, as Helm renders it for release {@code calls} in namespace {@code voice}. */
final class Chart {
    static final Path DIRECTORY = TurnstoneNode.repositoryRoot().resolve("helm/turnstone");
    static final String RELEASE = "calls";
    static final String NAMESPACE = "voice";
    /** Helm's own default, when no cluster is asked, is too old for any chart of today. */
    static final String KUBERNETES = "1.31.0";
    private static final String VALUES = "values.yaml";
    private static final String VALUES_SUFFIX = "-values.yaml";

    private Chart() {}

    /** The names of the value sets that come with the chart. */
    static List<String> valueSets() {
        try (Stream<Path> files = Files.list(DIRECTORY.resolve("ci"))) {
            return files.map(file -> file.getFileName().toString().replace(VALUES_SUFFIX, "")).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Path values(String valueSet) {
        return DIRECTORY.resolve("ci").resolve(valueSet + VALUES_SUFFIX);
    }

    static Manifests render(String valueSet) {
        return render(valueSet, Map.of());
    }

    /**
     * @param more values over those of the set, by path
     * @throws IllegalStateException with Helm's words, when it refuses a value
     */
    static Manifests render(String valueSet, Map<String, Object> more) {
        TemplateCommand command = new Helm(DIRECTORY).template()
            .withName(RELEASE)
            .withNamespace(NAMESPACE)
            .withKubeVersion(KUBERNETES)
            .withValuesFile(values(valueSet));
        more.forEach(command::set);
        return Manifests.parse(command.call());
    }

    /** What Helm tells the user at the end of an installation. */
    static String notes(String valueSet) {
        return new Helm(DIRECTORY).install()
            .withName(RELEASE)
            .withNamespace(NAMESPACE)
            .withKubeVersion(KUBERNETES)
            .clientOnly()
            .dryRun()
            .withValuesFile(values(valueSet))
            .call()
            .getOutput();
    }

    /** A copy of the chart whose own values are those of a set, for commands that take no others. */
    static Path copyWith(String valueSet, Path directory) {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = directory.resolve(DIRECTORY.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
            Yaml yaml = new Yaml();
            Map<String, Object> merged = yaml.load(Files.readString(DIRECTORY.resolve(VALUES)));
            merge(merged, yaml.load(Files.readString(values(valueSet))));
            Files.writeString(directory.resolve(VALUES), yaml.dump(merged));
            return directory;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @SuppressWarnings("unchecked") // a YAML mapping with keys of text
    private static void merge(Map<String, Object> values, Map<String, Object> more) {
        more.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner && values.get(key) instanceof Map<?, ?> outer) {
                merge((Map<String, Object>) outer, (Map<String, Object>) inner);
            } else {
                values.put(key, value);
            }
        });
    }
}
