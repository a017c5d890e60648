package io.turnstone.loadtest.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The processes of one host, which have one claim on the CPUs of the machine below, however many threads they are: a JVM that
 * starts there does not stop those of other hosts. Without effect where no control groups can be made. Any thread.
 */
final class CpuGroup {
    /** Version 1 of control groups, else version 2. */
    private static final List<Path> ROOTS = List.of(Path.of("/sys/fs/cgroup/cpu"), Path.of("/sys/fs/cgroup"));
    private static final int SHARES_OF_PERCENT = 1_024;
    private static final int PERCENT = 100;

    /** Every process for itself. */
    static final CpuGroup NONE = new CpuGroup(Optional.empty());

    private final Optional<Path> directory;

    private CpuGroup(Optional<Path> directory) {
        this.directory = directory;
    }

    static CpuGroup make(String name) {
        Optional<Path> root = ROOTS.stream()
            .filter(each -> Files.isWritable(each.resolve("cgroup.procs")))
            .findFirst();
        return new CpuGroup(root.map(it -> create(it.resolve(name))));
    }

    private static Path create(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * How much of the CPUs the group may claim while others want them too.
     *
     * @param percent of what a group claims by default
     */
    void claim(int percent) {
        directory.ifPresent(group -> {
            write(group.resolve("cpu.shares"), percent * SHARES_OF_PERCENT / PERCENT);
            write(group.resolve("cpu.weight"), percent);
        });
    }

    private static void write(Path setting, int value) {
        try {
            if (Files.exists(setting)) {
                Files.writeString(setting, Integer.toString(value));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The command that runs {@code command} in this group. */
    List<String> inside(List<String> command) {
        List<String> all = new ArrayList<>();
        directory.ifPresent(group -> all.addAll(List.of("sh", "-c",
            "echo $$ > " + group.resolve("cgroup.procs") + " && exec \"$@\"", "sh")));
        all.addAll(command);
        return all;
    }

    /** Shell commands that remove the group once its processes, which have been killed, are gone. */
    String removal() {
        return directory
            .map(group -> "for i in 1 2 3 4 5 6 7 8 9; do rmdir " + group + " 2>/dev/null && break; sleep 0.1; done\n")
            .orElse("");
    }
}
