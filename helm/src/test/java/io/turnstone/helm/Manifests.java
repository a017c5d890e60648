package io.turnstone.helm;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/** What Helm would give to Kubernetes. Immutable. */
record Manifests(List<JsonObject> all) {
    private static final Gson GSON = new Gson();

    static Manifests parse(String yaml) {
        return new Manifests(StreamSupport.stream(new Yaml().loadAll(yaml).spliterator(), false)
            .filter(Objects::nonNull)
            .map(document -> GSON.toJsonTree(document).getAsJsonObject())
            .toList());
    }

    /** All of one kind, in order. */
    List<JsonObject> of(String kind) {
        return all.stream().filter(manifest -> manifest.get("kind").getAsString().equals(kind)).toList();
    }

    /** The only one of its kind. */
    JsonObject only(String kind) {
        List<JsonObject> found = of(kind);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " manifests of kind " + kind);
        }
        return found.getFirst();
    }

    JsonElement pod(String path) {
        return at(only("StatefulSet"), "spec.template.spec." + path);
    }

    JsonElement container(String path) {
        return at(only("StatefulSet"), "spec.template.spec.containers.0." + path);
    }

    boolean podHas(String key) {
        return at(only("StatefulSet"), "spec.template.spec").getAsJsonObject().has(key);
    }

    boolean containerHas(String key) {
        return at(only("StatefulSet"), "spec.template.spec.containers.0").getAsJsonObject().has(key);
    }

    /** A file of the ConfigMap. */
    String file(String name) {
        return at(only("ConfigMap"), "data").getAsJsonObject().get(name).getAsString();
    }

    /** The element at keys and indices, separated by dots. */
    static JsonElement at(JsonElement manifest, String path) {
        JsonElement element = manifest;
        for (String step : path.split("\\.", -1)) {
            element = element.isJsonArray()
                ? element.getAsJsonArray().get(Integer.parseInt(step))
                : element.getAsJsonObject().get(step);
            if (element == null) {
                throw new AssertionError("no " + step + " of " + path + " in " + manifest);
            }
        }
        return element;
    }
}
