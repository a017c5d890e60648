package io.turnstone.node.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The objects in the tree are what the sources in the tree compile to. */
class ProgramObjectIT {
    private static final Path SCRIPT = Path.of("bin", "compile-bpf");

    @Test
    @Timeout(60)
    void shouldBeWhatTheSourceCompilesTo(@TempDir Path directory) throws IOException, InterruptedException {
        if (!Files.exists(Path.of("/usr/bin/clang"))) {
            Privileges.missing("clang is not installed");
        }
        Path log = directory.resolve("log");
        Process compiler = new ProcessBuilder(List.of(SCRIPT.toAbsolutePath().toString(), directory.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
        assertThat(compiler.waitFor(50, TimeUnit.SECONDS)).as("the compiler ends").isTrue();
        assertThat(compiler.exitValue()).as(Files.readString(log)).isZero();
        for (String object : List.of("forwarding.bpf.o", "relay-range.bpf.o")) {
            try (InputStream ours = Objects.requireNonNull(ProgramObject.class.getResourceAsStream(object))) {
                assertThat(Files.readAllBytes(directory.resolve(object))).as("bin/compile-bpf writes it anew")
                    .isEqualTo(ours.readAllBytes());
            }
        }
    }
}
