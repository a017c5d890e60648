package io.turnstone.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDirectoryTest {
    @TempDir
    private Path parent;

    @Test
    void shouldLeaveNothingBehindWhenClosed() throws IOException {
        try (DemoDirectory directory = DemoDirectory.create(parent)) {
            assertThat(directory.write("node-1.conf", "secret")).hasContent("secret").hasParent(directory.path());
        }

        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void shouldRemoveWhatAKilledDemoLeft() throws IOException {
        Path abandoned = Files.createDirectory(parent.resolve("turnstone-demo123"));
        Files.writeString(abandoned.resolve("lock"), "");
        Files.writeString(abandoned.resolve("node-1.conf"), "secret");

        try (DemoDirectory ours = DemoDirectory.create(parent)) {
            assertThat(parent).isDirectoryContaining(ours.path()::equals);
            assertThat(abandoned).doesNotExist();
        }
    }

    @Test
    void shouldLeaveALivingDemoAlone() throws IOException {
        try (DemoDirectory first = DemoDirectory.create(parent); DemoDirectory second = DemoDirectory.create(parent)) {
            assertThat(first.path()).exists();
            assertThat(second.path()).exists();
        }
    }

    @Test
    void shouldRemoveNothingThatIsNotADirectoryOfADemo() throws IOException {
        Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("lock"), "");
        Path link = Files.createSymbolicLink(parent.resolve("turnstone-demo-link"), elsewhere);
        Path unlocked = Files.createDirectory(parent.resolve("turnstone-demo-without-lock"));
        Path file = Files.writeString(parent.resolve("turnstone-demo.txt"), "");

        DemoDirectory.create(parent).close();

        assertThat(elsewhere.resolve("lock")).exists();
        assertThat(link).exists();
        assertThat(unlocked).exists();
        assertThat(file).exists();
    }
}
