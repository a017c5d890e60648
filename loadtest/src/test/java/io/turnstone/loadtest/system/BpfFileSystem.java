package io.turnstone.loadtest.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A BPF file system of a test's own, in which maps and programs outlive a process. */
final class BpfFileSystem implements AutoCloseable {
    private static final long SECONDS_MAX = 10;

    private final Path directory;

    private BpfFileSystem(Path directory) {
        this.directory = directory;
    }

    /** Needs root. */
    static BpfFileSystem mount() {
        Tools.requireRoot();
        try {
            Path directory = Files.createTempDirectory("turnstone-bpf");
            Tools.run(SECONDS_MAX, List.of(Tools.require("mount"), "-t", "bpf", "none", directory.toString()));
            return new BpfFileSystem(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Path directory() {
        return directory;
    }

    /** Ends all that is pinned. */
    @Override
    public void close() {
        Tools.run(SECONDS_MAX, List.of(Tools.require("umount"), directory.toString()));
    }
}
