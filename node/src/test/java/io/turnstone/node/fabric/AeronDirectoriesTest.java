package io.turnstone.node.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What killed processes left behind is removed by whoever starts next; what may be in use is not. */
class AeronDirectoriesTest {
    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7000);
    /** Greater than any process number that Linux gives. */
    private static final String DEAD = "4194305";

    @TempDir
    private Path parent;

    @Test
    void shouldRemoveWhatDeadProcessesLeft() throws IOException {
        Path sameAddress = leave("turnstone-127.0.0.1-7000-" + DEAD);
        Path otherAddress = leave("turnstone-10.0.0.1-7100-" + DEAD);
        Path ipv6 = leave("turnstone-0_0_0_0_0_0_0_1-7100-" + DEAD);

        AeronDirectories.claim(parent, LOCAL);

        assertThat(sameAddress).doesNotExist();
        assertThat(otherAddress).doesNotExist();
        assertThat(ipv6).doesNotExist();
    }

    @Test
    void shouldLeaveAloneWhatALivingProcessUses() throws IOException {
        Path ours = leave("turnstone-127.0.0.1-7100-" + ProcessHandle.current().pid());

        AeronDirectories.claim(parent, LOCAL);

        assertThat(ours.resolve("cnc.dat")).exists();
    }

    @Test
    void shouldLeaveAloneADriverThatBeatsThoughItsProcessIsNotToBeSeen() {
        Path elsewhere = parent.resolve("turnstone-10.0.0.1-7100-" + DEAD);
        MediaDriver.Context context = new MediaDriver.Context()
            .aeronDirectoryName(elsewhere.toString())
            .threadingMode(ThreadingMode.INVOKER)
            .dirDeleteOnShutdown(true);
        try (MediaDriver driver = MediaDriver.launch(context)) {
            driver.sharedAgentInvoker().invoke();

            AeronDirectories.claim(parent, LOCAL);

            assertThat(elsewhere.resolve("cnc.dat")).exists();
        }
    }

    @Test
    void shouldLeaveAloneWhatIsNotItsOwn() throws IOException {
        Path notes = leave("turnstone-notes");
        Path other = leave("aeron-root");

        AeronDirectories.claim(parent, LOCAL);

        assertThat(notes).exists();
        assertThat(other).exists();
    }

    @Test
    void shouldNameADirectoryPerAddressAndProcess() {
        assertThat(AeronDirectories.claim(parent, LOCAL))
            .isEqualTo(parent.resolve("turnstone-127.0.0.1-7000-" + ProcessHandle.current().pid()));
    }

    private Path leave(String name) throws IOException {
        Path directory = Files.createDirectory(parent.resolve(name));
        Files.createFile(directory.resolve("cnc.dat"));
        return directory;
    }
}
