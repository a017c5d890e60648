package io.turnstone.helm;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A pod of the rendered StatefulSet as a process of this machine, on a loopback address of its own: its files, its
 * environment and its arguments are the container's. Two things differ: the admin port is bound to the pod's address,
 * since all pods share one network here, and the files are not below /etc.
 */
final class PodProcess implements AutoCloseable {
    static final String REST_SECRET = "rest-secret-of-the-tests";
    private static final Map<String, String> SECRET = Map.of("cluster-secret", "cluster-secret-of-the-tests",
        "admin-token",
        "token-of-the-tests", "shared-secret", REST_SECRET);
    private static final String CONFIG_DIRECTORY = "/etc/turnstone";
    private static final String LAUNCHER = TurnstoneNode.repositoryRoot().resolve("node/bin/turnstone").toString();
    private static final Duration HTTP_WITHIN = Duration.ofSeconds(5);
    private static final long READY_SECONDS_MAX = 90;
    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(HTTP_WITHIN).build();

    private final Manifests manifests;
    private final String name;
    private final String address;
    private final ServerProcess process;

    private PodProcess(Manifests manifests, String name, String address, ServerProcess process) {
        this.manifests = manifests;
        this.name = name;
        this.address = address;
        this.process = process;
    }

    /**
     * @param address of the pod
     * @param directory for its files and its log, and for {@code hosts}, where the name of each pod stands
     */
    static PodProcess start(Manifests manifests, int ordinal, String address, Path directory) {
        String name = manifests.only("StatefulSet").getAsJsonObject("metadata").get("name").getAsString() + "-"
            + ordinal;
        Map<String, String> environment = environment(manifests, name, address);
        Path files = directory.resolve(name);
        writeConfigMap(manifests, files);
        List<String> command = new ArrayList<>(List.of("env"));
        environment.forEach((key, value) -> command.add(key + "=" + value));
        command.add("TURNSTONE_JAVA_OPTS=-Xmx128m -Djdk.net.hosts.file=" + directory.resolve("hosts"));
        command.add(LAUNCHER);
        for (JsonElement argument : manifests.container("args").getAsJsonArray()) {
            command.add(expand(argument.getAsString(), environment).replace(CONFIG_DIRECTORY, files.toString()));
        }
        command.addAll(List.of("--admin", address + ":" + port(manifests, "admin")));
        return new PodProcess(manifests, name, address,
            ServerProcess.start(name, directory.resolve(name + ".log"), command));
    }

    private static Map<String, String> environment(Manifests manifests, String name, String address) {
        Map<String, String> fields = Map.of("metadata.name", name, "status.podIP", address);
        Map<String, String> environment = new TreeMap<>();
        for (JsonElement element : manifests.container("env").getAsJsonArray()) {
            JsonObject variable = element.getAsJsonObject();
            environment.put(variable.get("name").getAsString(), value(variable, fields, environment));
        }
        return environment;
    }

    private static String value(JsonObject variable, Map<String, String> fields, Map<String, String> before) {
        if (variable.has("value")) {
            return expand(variable.get("value").getAsString(), before);
        }
        JsonObject from = variable.getAsJsonObject("valueFrom");
        return from.has("secretKeyRef")
            ? SECRET.getOrDefault(Manifests.at(from, "secretKeyRef.key").getAsString(), "")
            : fields.getOrDefault(Manifests.at(from, "fieldRef.fieldPath").getAsString(), "");
    }

    /** {@code $(NAME)} as Kubernetes replaces it. */
    private static String expand(String text, Map<String, String> environment) {
        String expanded = text;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            expanded = expanded.replace("$(" + variable.getKey() + ")", variable.getValue());
        }
        return expanded;
    }

    private static void writeConfigMap(Manifests manifests, Path directory) {
        try {
            Files.createDirectories(directory);
            for (String file : manifests.only("ConfigMap").getAsJsonObject("data").keySet()) {
                Files.writeString(directory.resolve(file),
                    manifests.file(file).replace(CONFIG_DIRECTORY, directory.toString()));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int port(Manifests manifests, String name) {
        for (JsonElement port : manifests.container("ports").getAsJsonArray()) {
            if (Manifests.at(port, "name").getAsString().equals(name)) {
                return Manifests.at(port, "containerPort").getAsInt();
            }
        }
        throw new AssertionError("no port " + name);
    }

    /** Where the client Service sends to. */
    InetSocketAddress clientAddress() {
        return new InetSocketAddress(address, port(manifests, "client"));
    }

    /** Waits until the readiness probe succeeds. */
    void awaitReady() {
        process.await("ready", READY_SECONDS_MAX, () -> probe("readinessProbe") == 200);
    }

    /** The status that a probe of the container gets, 0 when nobody answers. */
    int probe(String probe) {
        String path = manifests.container(probe + ".httpGet.path").getAsString();
        URI uri = URI.create("http://" + address + ":" + port(manifests, "admin") + path);
        try {
            return HTTP.send(HttpRequest.newBuilder(uri).timeout(HTTP_WITHIN).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException notListening) {
            return 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    /** What the pod has in shared memory now. */
    long sharedMemoryBytes() {
        try (Stream<Path> files = Files.walk(Path.of("/dev/shm"))) {
            return files.filter(file -> file.toString().contains("turnstone-" + address + "-"))
                .mapToLong(file -> file.toFile().length())
                .sum();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    ServerProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
