package io.turnstone.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.turnstone.loadtest.server.AdminPort;
import io.turnstone.loadtest.server.FreePorts;
import io.turnstone.loadtest.server.ServerProcess;
import io.turnstone.loadtest.server.TurnstoneNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image that the profile {@code image} makes: unpacked, its entrypoint is started here with this JDK in the place of
 * the base image's. Run where that profile is.
 */
@Tag("image")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ImageIT {
    private static final Path ROOT = TurnstoneNode.repositoryRoot();
    private static final Path IMAGE = ROOT.resolve("node/target/turnstone-image.tar");
    private static final Path JAVA_BIN = Path.of(System.getProperty("java.home"), "bin");

    @TempDir
    private Path files = Path.of("");
    private JsonObject container = new JsonObject();

    @BeforeEach
    void unpack() throws IOException {
        assertThat(IMAGE).as("an image, made with -Pimage").exists();
        Path archive = Files.createDirectory(files.resolve("archive"));
        run("tar", "-xf", IMAGE.toString(), "-C", archive.toString());
        JsonObject manifest = json(archive.resolve("manifest.json")).getAsJsonArray().get(0).getAsJsonObject();
        for (JsonElement layer : manifest.getAsJsonArray("Layers")) {
            run("tar", "-xzf", archive.resolve(layer.getAsString()).toString(), "-C", files.toString());
        }
        container = json(archive.resolve(manifest.get("Config").getAsString())).getAsJsonObject()
            .getAsJsonObject("config");
        Path classpath = files.resolve("app/jib-classpath-file");
        Files.writeString(classpath, here(Files.readString(classpath)));
    }

    @Test
    void shouldStartANodeByItsEntrypoint() {
        int adminPort = FreePorts.one();
        List<String> command = new ArrayList<>();
        Stream.of("Entrypoint", "Cmd")
            .forEach(
                part -> container.getAsJsonArray(part).forEach(word -> command.add(here(word.getAsString()))));
        command.addAll(List.of("--listen", "127.0.0.1:" + FreePorts.one(), "--user", "alice:secret", "--admin",
            "127.0.0.1:" + adminPort));
        AdminPort admin = new AdminPort(adminPort);

        try (ServerProcess node = ServerProcess.start("image", files.resolve("node.log"), command)) {
            node.await("ready", 60, () -> admin.status("/ready") == 200);
        }
    }

    @Test
    void shouldGiveTheFlagsThatTheJvmNeeds() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        String flags = pom.substring(pom.indexOf("<jvm.flags>") + "<jvm.flags>".length(), pom.indexOf("</jvm.flags>"));

        assertThat(container.getAsJsonArray("Entrypoint").asList()).extracting(JsonElement::getAsString)
            .contains(flags.split(" ", -1));
        assertThat(container.get("User").getAsString()).isEqualTo("10001:10001");
    }

    @Test
    void shouldHaveTheShortCommandsToo() throws IOException {
        Path script = files.resolve("usr/local/bin/turnstone");
        assertThat(script).isExecutable();
        Files.writeString(script, here(Files.readString(script)));

        assertThat(run("env", "PATH=" + JAVA_BIN + ":/usr/bin:/bin", script.toString(), "drain", "--help"))
            .contains("turnstone drain", "--admin");
    }

    /** What is at the root of the container is below {@link #files} here, and its java is this one. */
    private String here(String text) {
        return text.equals("java") ? JAVA_BIN.resolve("java").toString() : text.replace("/app/", files + "/app/");
    }

    private String run(String... command) {
        try (ServerProcess process = ServerProcess.start(command[0], files.resolve("output"), List.of(command))) {
            assertThat(process.awaitExit(60)).as("%s: %s", List.of(command), process.output()).isZero();
            return process.output();
        }
    }

    private static JsonElement json(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file));
    }
}
